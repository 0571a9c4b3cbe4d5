//! Boolean expressions: rules of AWS as they are written, before a store has their formulas.

use std::ops::{BitAnd, BitOr, Not};

use super::{FormulaId, Formulas};

/// A boolean combination of formulas of one store, built with `&`, `|` and `!` and put into the
/// store by [`Formulas::add`], so that a rule is one expression.
///
/// `a & b & c` is one conjunction of three parts in this order; parentheses on the right nest.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::formula::{Atom, Formulas, Node};
/// let mut formulas = Formulas::new();
/// let same_account = formulas.atom(Atom::SameAccount);
/// let partition = formulas.atom(Atom::SamePartition);
/// let management = formulas.atom(Atom::ManagementAccount);
/// let rule = formulas.add(same_account & (partition | !management));
/// let not_management = formulas.not(management);
/// let either = formulas.any([partition, not_management]);
/// assert_eq!(formulas.node(rule), &Node::All([same_account, either].into()));
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Expression {
    /// The conjunction of these parts.
    All(Vec<Self>),
    /// The disjunction of these parts.
    Any(Vec<Self>),
    /// A formula that the store has.
    Formula(FormulaId),
    /// The negation of this part.
    Not(Box<Self>),
}

impl Formulas {
    /// Puts an expression into the store. Depth is that of the expression, which the source of the
    /// rule bounds.
    pub fn add(&mut self, expression: impl Into<Expression>) -> FormulaId {
        match expression.into() {
            Expression::All(parts) => {
                let parts: Vec<FormulaId> = parts.into_iter().map(|it| self.add(it)).collect();
                self.all(parts)
            }
            Expression::Any(parts) => {
                let parts: Vec<FormulaId> = parts.into_iter().map(|it| self.add(it)).collect();
                self.any(parts)
            }
            Expression::Formula(id) => id,
            Expression::Not(part) => {
                let part = self.add(*part);
                self.not(part)
            }
        }
    }
}

impl Expression {
    fn and(self, other: Self) -> Self {
        match self {
            Self::All(mut parts) => {
                parts.push(other);
                Self::All(parts)
            }
            first => Self::All(vec![first, other]),
        }
    }

    fn or(self, other: Self) -> Self {
        match self {
            Self::Any(mut parts) => {
                parts.push(other);
                Self::Any(parts)
            }
            first => Self::Any(vec![first, other]),
        }
    }
}

impl From<FormulaId> for Expression {
    fn from(id: FormulaId) -> Self {
        Self::Formula(id)
    }
}

impl<T: Into<Self>> BitAnd<T> for Expression {
    type Output = Self;

    fn bitand(self, other: T) -> Self {
        self.and(other.into())
    }
}

impl<T: Into<Expression>> BitAnd<T> for FormulaId {
    type Output = Expression;

    fn bitand(self, other: T) -> Expression {
        Expression::from(self).and(other.into())
    }
}

impl<T: Into<Self>> BitOr<T> for Expression {
    type Output = Self;

    fn bitor(self, other: T) -> Self {
        self.or(other.into())
    }
}

impl<T: Into<Expression>> BitOr<T> for FormulaId {
    type Output = Expression;

    fn bitor(self, other: T) -> Expression {
        Expression::from(self).or(other.into())
    }
}

impl Not for Expression {
    type Output = Self;

    fn not(self) -> Self {
        Self::Not(Box::new(self))
    }
}

impl Not for FormulaId {
    type Output = Expression;

    fn not(self) -> Expression {
        !Expression::from(self)
    }
}

#[cfg(test)]
mod tests {
    use crate::formula::{Atom, Formulas, Node};

    #[test]
    fn a_chain_is_one_node_and_parentheses_on_the_right_nest() {
        let mut formulas = Formulas::new();
        let [a, b, c] = [Atom::SameAccount, Atom::SamePartition, Atom::ManagementAccount]
            .map(|atom| formulas.atom(atom));
        let chain = formulas.add(a | b | c);
        assert_eq!(formulas.node(chain), &Node::Any([a, b, c].into()));
        let nested = formulas.add(a & (b & c));
        let inner = formulas.all([b, c]);
        assert_eq!(formulas.node(nested), &Node::All([a, inner].into()));
    }

    #[test]
    fn precedence_is_that_of_and_before_or() {
        let mut formulas = Formulas::new();
        let [a, b, c] = [Atom::SameAccount, Atom::SamePartition, Atom::ManagementAccount]
            .map(|atom| formulas.atom(atom));
        let mixed = formulas.add(a | b & !c);
        let not_c = formulas.not(c);
        let both = formulas.all([b, not_c]);
        assert_eq!(formulas.node(mixed), &Node::Any([a, both].into()));
    }
}
