//! The codes of what is wrong with a policy. They are stable: a number is never given again.
//!
//! `P01…` is an error: AWS refuses such a document (policy language §1.10 to §1.14), or polsim does
//! because no reading of it is right. `W01…` is a warning: AWS accepts the document and its author
//! will regret it. The text layer below has `P0001` to `P0009`, the last four for YAML only. `W0201` is
//! the warning of [`unlisted_keys`](super::unlisted_keys), which callers ask for by itself.
//!
//! | code | what is wrong |
//! | --- | --- |
//! | `P0001` | not JSON |
//! | `P0002` | a byte order mark |
//! | `P0003` | not UTF-8 |
//! | `P0004` | nested too deep |
//! | `P0005` | a key given twice |
//! | `P0100` | more complaints than are listed |
//! | `P0101` | the document is not an object |
//! | `P0102` | larger than polsim reads |
//! | `P0103` | a character that the service does not store |
//! | `P0104` | an unknown element |
//! | `P0105` | a Version that does not exist or that the type does not take |
//! | `P0106` | Statement missing or empty |
//! | `P0107` | a value of the wrong JSON type |
//! | `P0108` | an element that the policy type may not carry |
//! | `P0109` | larger than AWS stores for the policy type |
//! | `P0110` | Effect missing |
//! | `P0111` | an Effect that is neither `Allow` nor `Deny` |
//! | `P0112` | an Effect that the policy type does not take |
//! | `P0113` | an element together with its negation |
//! | `P0114` | a Sid with other characters than letters and digits |
//! | `P0115` | a Sid given twice |
//! | `P0116` | an answer of AWS with several policies, of which nobody says which |
//! | `P0120` | no actions |
//! | `P0121` | an action without its service |
//! | `P0122` | an action with several colons |
//! | `P0123` | an action whose service prefix is malformed |
//! | `P0124` | an action that the policy type does not take |
//! | `P0130` | no resources |
//! | `P0131` | a resource that is neither an ARN nor `*` |
//! | `P0132` | an ARN of an unknown partition |
//! | `P0133` | an ARN whose service is missing or a pattern |
//! | `P0134` | an IAM or S3 ARN with a region |
//! | `P0135` | an IAM ARN of an unknown kind |
//! | `P0136` | an incomplete ARN in a type that does not complete it |
//! | `P0137` | an ARN with components left out |
//! | `P0138` | a malformed policy variable |
//! | `P0139` | a malformed account id |
//! | `P0140` | no principal |
//! | `P0141` | a Principal that is neither `*` nor an object, or that the type does not take |
//! | `P0142` | an unknown kind of principal |
//! | `P0143` | a malformed principal |
//! | `P0150` | an unknown condition operator |
//! | `P0151` | `Null` with `IfExists` |
//! | `P0152` | condition keys that differ in letter case only |
//! | `P0153` | a malformed date |
//! | `P0154` | a malformed address or range |
//! | `W0100` | more warnings than are listed |
//! | `W0101` | no Version |
//! | `W0102` | Version 2008-10-17 where IAM no longer takes it |
//! | `W0103` | an Id where IAM documents none |
//! | `W0104` | a member that AWS ignores |
//! | `W0105` | a Sid that other services refuse, or given twice |
//! | `W0106` | larger than AWS stores by default |
//! | `W0107` | a policy variable where it is literal text |
//! | `W0108` | an incomplete ARN that matches nothing |
//! | `W0109` | a wildcard inside a principal, which matches nobody |
//! | `W0110` | a principal element without principals |
//! | `W0111` | Allow with NotPrincipal |
//! | `W0112` | NotPrincipal in an endpoint policy |
//! | `W0113` | a role that trusts everyone |
//! | `W0114` | NotAction in a trust policy |
//! | `W0115` | a service that RCPs do not apply to |
//! | `W0116` | a condition value that its operator cannot read |
//! | `W0117` | a condition key without its prefix |
//! | `W0118` | a principal that this type of policy never sees |
//! | `W0119` | an unusual account, service or action name |
//! | `W0123` | the policy stands in an answer of AWS and was taken out of it |

use crate::text::Code;

pub(super) const MORE_ERRORS: Code = "P0100";
pub(super) const NOT_AN_OBJECT: Code = "P0101";
pub(super) const TOO_LARGE: Code = "P0102";
pub(super) const CHARACTER: Code = "P0103";
pub(super) const UNKNOWN_ELEMENT: Code = "P0104";
pub(super) const VERSION: Code = "P0105";
pub(super) const NO_STATEMENT: Code = "P0106";
pub(super) const JSON_TYPE: Code = "P0107";
pub(super) const FORBIDDEN_ELEMENT: Code = "P0108";
pub(super) const SIZE: Code = "P0109";
pub(super) const NO_EFFECT: Code = "P0110";
pub(super) const EFFECT: Code = "P0111";
pub(super) const FORBIDDEN_EFFECT: Code = "P0112";
pub(super) const BOTH_FORMS: Code = "P0113";
pub(super) const SEVERAL: Code = "P0116";
pub(super) const SID: Code = "P0114";
pub(super) const DUPLICATE_SID: Code = "P0115";
pub(super) const NO_ACTION: Code = "P0120";
pub(super) const ACTION_WITHOUT_SERVICE: Code = "P0121";
pub(super) const ACTION_COLONS: Code = "P0122";
pub(super) const ACTION_SERVICE: Code = "P0123";
pub(super) const FORBIDDEN_ACTION: Code = "P0124";
pub(super) const NO_RESOURCE: Code = "P0130";
pub(super) const NOT_AN_ARN: Code = "P0131";
pub(super) const PARTITION: Code = "P0132";
pub(super) const ARN_SERVICE: Code = "P0133";
pub(super) const ARN_REGION: Code = "P0134";
pub(super) const IAM_PATH: Code = "P0135";
pub(super) const INCOMPLETE_ARN: Code = "P0136";
pub(super) const ARN_GAP: Code = "P0137";
pub(super) const VARIABLE: Code = "P0138";
pub(super) const ACCOUNT: Code = "P0139";
pub(super) const NO_PRINCIPAL: Code = "P0140";
pub(super) const PRINCIPAL_FORM: Code = "P0141";
pub(super) const PRINCIPAL_KIND: Code = "P0142";
pub(super) const PRINCIPAL: Code = "P0143";
pub(super) const OPERATOR: Code = "P0150";
pub(super) const NULL_IF_EXISTS: Code = "P0151";
pub(super) const KEY_CASE: Code = "P0152";
pub(super) const DATE: Code = "P0153";
pub(super) const ADDRESS: Code = "P0154";
pub(super) const MORE_WARNINGS: Code = "W0100";
pub(super) const MISSING_VERSION: Code = "W0101";
pub(super) const OLD_VERSION: Code = "W0102";
pub(super) const UNEXPECTED_ID: Code = "W0103";
pub(super) const IGNORED: Code = "W0104";
pub(super) const UNUSUAL_SID: Code = "W0105";
pub(super) const UNUSUAL_SIZE: Code = "W0106";
pub(super) const LITERAL_VARIABLE: Code = "W0107";
pub(super) const MATCHES_NOTHING: Code = "W0108";
pub(super) const MATCHES_NOBODY: Code = "W0109";
pub(super) const EMPTY_PRINCIPAL: Code = "W0110";
pub(super) const ALLOW_NOT_PRINCIPAL: Code = "W0111";
pub(super) const ENDPOINT_NOT_PRINCIPAL: Code = "W0112";
pub(super) const TRUSTS_EVERYONE: Code = "W0113";
pub(super) const TRUST_NOT_ACTION: Code = "W0114";
pub(super) const RCP_SERVICE: Code = "W0115";
pub(super) const CONDITION_VALUE: Code = "W0116";
pub(super) const CONDITION_KEY: Code = "W0117";
pub(super) const UNSEEN_PRINCIPAL: Code = "W0118";
pub(super) const UNUSUAL_NAME: Code = "W0119";
pub(super) const PRINTED: Code = "W0123";
