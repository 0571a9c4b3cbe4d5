//! The sets of SageMaker's actions that guards speak of (perimeter §3;
//! service authorization data of September 2026).

/// The create actions whose guard may demand `sagemaker:VpcSubnets` (perimeter §3.4).
pub const KEYED: &[&str] = &[
    "CreateAutoMLJob",
    "CreateAutoMLJobV2",
    "CreateCluster",
    "CreateDataQualityJobDefinition",
    "CreateDomain",
    "CreateHyperParameterTuningJob",
    "CreateModel",
    "CreateModelBiasJobDefinition",
    "CreateModelExplainabilityJobDefinition",
    "CreateModelQualityJobDefinition",
    "CreateMonitoringSchedule",
    "CreateNotebookInstance",
    "CreateProcessingJob",
    "CreateTrainingJob",
];

/// Actions that start compute and carry no network key, so that no condition can confine them
/// (perimeter §3.5).
pub const UNKEYED: &[&str] = &[
    "CreateAIBenchmarkJob",
    "CreateCompilationJob",
    "CreateInferenceRecommendationsJob",
    "CreateLabelingJob",
    "CreateOptimizationJob",
    "CreateWorkforce",
    "UpdateWorkforce",
];

/// Actions that hand out interactive access (perimeter §3.7, first part of the table).
pub const ENTRY: &[&str] = &[
    "CreateHubContentPresignedUrls",
    "CreatePartnerAppPresignedUrl",
    "CreatePresignedDomainUrl",
    "CreatePresignedMlflowAppUrl",
    "CreatePresignedMlflowTrackingServerUrl",
    "CreatePresignedNotebookInstanceUrl",
    "StartSession",
];

#[cfg(test)]
mod tests {
    use super::{KEYED, UNKEYED};
    use crate::catalog::{Actions, ContextKey, FilledFrom, keys};

    fn carries(key: &str, action: &str) -> bool {
        match ContextKey::find(key).expect("a key").from {
            FilledFrom::Parameters(Actions::Only(actions)) => actions.contains(&action),
            _ => true,
        }
    }

    #[test]
    fn every_keyed_action_carries_subnets_and_no_unkeyed_one_does() {
        for action in KEYED {
            assert!(carries("sagemaker:VpcSubnets", action), "{action}");
            assert!(carries("sagemaker:VpcSecurityGroupIds", action), "{action}");
        }
        for action in UNKEYED {
            assert!(!carries("sagemaker:VpcSubnets", action), "{action}");
        }
    }

    #[test]
    fn rows_that_pitfalls_depend_on() {
        assert!(carries("sagemaker:VpcSecurityGroupIds", "CreateUserProfile"));
        assert!(!carries("sagemaker:VpcSubnets", "CreateUserProfile"));
        assert!(!carries("sagemaker:VpcSubnets", "CreateTransformJob"));
        assert!(carries("sagemaker:directinternetaccess", "CreateNotebookInstance"));
        assert!(!carries("sagemaker:DirectInternetAccess", "UpdateNotebookInstance"));
        assert!(ContextKey::find("sagemaker:VpcSecurityGroup").is_none());
        assert!(ContextKey::find("sagemaker:ResourceTag/team").is_some());
        let old =
            ContextKey::find(keys::SAGEMAKER_VOLUME_KMS_KEY).and_then(ContextKey::replaced_by);
        assert_eq!(old, Some("sagemaker:VolumeKmsKeyArn"));
    }
}
