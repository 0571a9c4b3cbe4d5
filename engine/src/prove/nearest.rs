//! Nearest requests: where a property says that something is allowed and nothing is, the request of
//! its shape that comes closest, with what denies it.

use super::limits::Limits;
use super::lowered_property::LoweredProperty;
use super::property::Claim;
use super::verdict::Verdict;
use super::verify::{Report, Verifier};
use super::witness::{Wanted, Witness};
use crate::eval::Decision;
use crate::formula::{Atom, FormulaId};
use crate::policy::Effect;
use polsim_solve::result::SolveResult;

impl Verifier<'_> {
    /// The request that comes closest to an `allow` which no request fulfils: one that a statement
    /// would allow, if there is one, else any of the shape. `None` for any other verdict.
    ///
    /// ```
    /// # use polsim::prove::{Claim, Limits, Property, RequestShape, Verifier};
    /// let shape = RequestShape::default().for_actions(["s3:GetObject"])?.of_principals(["anonymous"])?;
    /// let properties = [Property::new("open", Claim::Allow, shape, Vec::new())];
    /// let verifier = Verifier::new(&properties, None)?;
    /// let report = verifier.decide(0, Limits::default()).expect("the first property");
    /// let nearest = verifier.nearest(0, &report, Limits::default()).expect("a request");
    /// assert!(nearest.sentence().contains("is not allowed to call s3:GetObject"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn nearest(&self, number: usize, report: &Report, limits: Limits<'_>) -> Option<Witness> {
        let property = self.properties.get(number)?;
        if property.claim != Claim::Allow || !matches!(report.verdict, Verdict::Violated(_)) {
            return None;
        }
        LoweredProperty::new(property, &self.assumptions, self.network, &self.readings)
            .nearest(limits)
    }
}

impl LoweredProperty<'_> {
    /// The denied request of the shape that comes closest to being allowed, in the default world.
    fn nearest(&mut self, limits: Limits<'_>) -> Option<Witness> {
        let by_default = |atom: &Atom| matches!(atom, Atom::Choice(_)).then_some(false);
        let store = &mut self.queries.formulas;
        let mut granted = Vec::new();
        let mut any = Vec::new();
        for kind in &self.formulas.kinds {
            let allows = kind.lowered.statements.iter().filter(|it| it.effect == Effect::Allow);
            let allows: Vec<FormulaId> = allows.map(|it| it.matches).collect();
            let requests = kind.requests(store);
            let all = store.all([self.formulas.shape, requests]);
            let all = store.assign(all, by_default);
            let allows = store.any(allows);
            let allows = store.assign(allows, by_default);
            granted.push(store.all([all, allows]));
            any.push(all);
        }
        // Those who carry policies come first: a policy is written for them.
        let ways = granted.into_iter().enumerate().chain(any.into_iter().enumerate());
        ways.into_iter().find_map(|(kind, way)| self.denied(kind, way, limits))
    }

    /// A denied request of this kind of caller that is of a way.
    fn denied(&mut self, kind: usize, way: FormulaId, limits: Limits<'_>) -> Option<Witness> {
        let SolveResult::Sat(model) = self.queries.ask(way, limits) else { return None };
        let wanted = Wanted {
            formulas: &self.queries.formulas,
            all: self.queries.with_assumptions([way]),
            choices: &[],
            worlds: vec![0],
            pinned: self.readings.pinned(),
        };
        let policies = self.formulas.kinds.get(kind)?.callers.policies();
        Witness::minimized(&model.request, &wanted, policies, |it| it != Decision::Allowed)
    }
}
