//! The condition keys of SageMaker and the sets of actions that guards speak of (perimeter §3;
//! service authorization data of September 2026).

/// What the values of a key are.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum KeyKind {
    /// ARNs.
    Arn,
    /// `true` or `false`.
    Bool,
    /// Numbers.
    Number,
    /// Text.
    Text,
}

/// The actions whose requests may carry a key.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Actions {
    /// These, by name without the prefix; no other request has the key.
    Only(&'static [&'static str]),
    /// The key depends on the resource or the caller and not on the action.
    Unlisted,
}

/// A condition key of SageMaker (perimeter §3.1).
#[derive(Debug)]
pub struct SageMakerKey {
    /// Its name; a trailing `*` stands for a tag or metadata key.
    pub name: &'static str,
    /// What its values are.
    pub kind: KeyKind,
    /// Whether it may have several values, so that conditions need a set operator.
    pub multivalued: bool,
    /// Which requests carry it.
    pub actions: Actions,
    /// The key to use in its place, for deprecated names.
    pub replaced_by: Option<&'static str>,
}

impl SageMakerKey {
    /// The key called `name`, letter case not counted.
    pub fn find(name: &str) -> Option<&'static Self> {
        KEYS.iter().find(|key| match key.name.strip_suffix('*') {
            Some(prefix) => name
                .as_bytes()
                .get(..prefix.len())
                .is_some_and(|head| head.eq_ignore_ascii_case(prefix.as_bytes())),
            None => name.eq_ignore_ascii_case(key.name),
        })
    }
}

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

/// The closed list of SageMaker's condition keys (perimeter §3.1).
#[rustfmt::skip]
pub const KEYS: &[SageMakerKey] = &[
    SageMakerKey { name: "sagemaker:AcceleratorTypes", kind: KeyKind::Text, multivalued: true, actions: Actions::Only(&["CreateEndpointConfig", "CreateNotebookInstance", "UpdateNotebookInstance"]), replaced_by: None },
    SageMakerKey { name: "sagemaker:AppNetworkAccessType", kind: KeyKind::Text, multivalued: false, actions: Actions::Only(&["CreateDomain", "UpdateDomain"]), replaced_by: None },
    SageMakerKey { name: "sagemaker:AuthMode", kind: KeyKind::Text, multivalued: false, actions: Actions::Only(&["CreateDomain"]), replaced_by: None },
    SageMakerKey { name: "sagemaker:BearerTokenType", kind: KeyKind::Text, multivalued: false, actions: Actions::Only(&["CallWithBearerToken"]), replaced_by: None },
    SageMakerKey { name: "sagemaker:CurrentCustomerMetadataProperties/*", kind: KeyKind::Text, multivalued: false, actions: Actions::Unlisted, replaced_by: None },
    SageMakerKey { name: "sagemaker:CurrentModelLifeCycleStage", kind: KeyKind::Text, multivalued: false, actions: Actions::Unlisted, replaced_by: None },
    SageMakerKey { name: "sagemaker:CurrentModelLifeCycleStageStatus", kind: KeyKind::Text, multivalued: false, actions: Actions::Unlisted, replaced_by: None },
    SageMakerKey { name: "sagemaker:CustomerMetadataProperties/*", kind: KeyKind::Text, multivalued: false, actions: Actions::Only(&["CreateModelPackage", "UpdateModelPackage"]), replaced_by: None },
    SageMakerKey { name: "sagemaker:CustomerMetadataPropertiesToRemove", kind: KeyKind::Text, multivalued: true, actions: Actions::Only(&["UpdateModelPackage"]), replaced_by: None },
    SageMakerKey { name: "sagemaker:DirectGatedModelAccess", kind: KeyKind::Text, multivalued: false, actions: Actions::Only(&["CreateModel", "CreateTrainingJob"]), replaced_by: None },
    SageMakerKey { name: "sagemaker:DirectInternetAccess", kind: KeyKind::Text, multivalued: false, actions: Actions::Only(&["CreateNotebookInstance"]), replaced_by: None },
    SageMakerKey { name: "sagemaker:DomainId", kind: KeyKind::Text, multivalued: false, actions: Actions::Unlisted, replaced_by: None },
    SageMakerKey { name: "sagemaker:DomainSharingOutputKmsKey", kind: KeyKind::Arn, multivalued: false, actions: Actions::Only(&["CreateDomain", "CreateUserProfile", "UpdateDomain", "UpdateUserProfile"]), replaced_by: Some("sagemaker:DomainSharingOutputKmsKeyArn") },
    SageMakerKey { name: "sagemaker:DomainSharingOutputKmsKeyArn", kind: KeyKind::Arn, multivalued: false, actions: Actions::Only(&["CreateDomain", "CreateUserProfile", "UpdateDomain", "UpdateUserProfile"]), replaced_by: None },
    SageMakerKey { name: "sagemaker:EnableRemoteDebug", kind: KeyKind::Bool, multivalued: false, actions: Actions::Only(&["CreateTrainingJob", "UpdateTrainingJob"]), replaced_by: None },
    SageMakerKey { name: "sagemaker:FeatureGroupDisableGlueTableCreation", kind: KeyKind::Bool, multivalued: false, actions: Actions::Only(&["CreateFeatureGroup"]), replaced_by: None },
    SageMakerKey { name: "sagemaker:FeatureGroupEnableOnlineStore", kind: KeyKind::Bool, multivalued: false, actions: Actions::Only(&["CreateFeatureGroup"]), replaced_by: None },
    SageMakerKey { name: "sagemaker:FeatureGroupOfflineStoreConfig", kind: KeyKind::Bool, multivalued: false, actions: Actions::Only(&["CreateFeatureGroup"]), replaced_by: None },
    SageMakerKey { name: "sagemaker:FeatureGroupOfflineStoreKmsKey", kind: KeyKind::Arn, multivalued: false, actions: Actions::Only(&["CreateFeatureGroup"]), replaced_by: Some("sagemaker:FeatureGroupOfflineStoreKmsKeyArn") },
    SageMakerKey { name: "sagemaker:FeatureGroupOfflineStoreKmsKeyArn", kind: KeyKind::Arn, multivalued: false, actions: Actions::Only(&["CreateFeatureGroup"]), replaced_by: None },
    SageMakerKey { name: "sagemaker:FeatureGroupOfflineStoreS3Uri", kind: KeyKind::Text, multivalued: false, actions: Actions::Only(&["CreateFeatureGroup"]), replaced_by: None },
    SageMakerKey { name: "sagemaker:FeatureGroupOnlineStoreKmsKey", kind: KeyKind::Arn, multivalued: false, actions: Actions::Only(&["CreateFeatureGroup"]), replaced_by: Some("sagemaker:FeatureGroupOnlineStoreKmsKeyArn") },
    SageMakerKey { name: "sagemaker:FeatureGroupOnlineStoreKmsKeyArn", kind: KeyKind::Arn, multivalued: false, actions: Actions::Only(&["CreateFeatureGroup"]), replaced_by: None },
    SageMakerKey { name: "sagemaker:FileSystemAccessMode", kind: KeyKind::Text, multivalued: false, actions: Actions::Only(&["CreateHyperParameterTuningJob", "CreateTrainingJob"]), replaced_by: None },
    SageMakerKey { name: "sagemaker:FileSystemDirectoryPath", kind: KeyKind::Text, multivalued: false, actions: Actions::Only(&["CreateHyperParameterTuningJob", "CreateTrainingJob"]), replaced_by: None },
    SageMakerKey { name: "sagemaker:FileSystemId", kind: KeyKind::Text, multivalued: false, actions: Actions::Only(&["CreateHyperParameterTuningJob", "CreateTrainingJob"]), replaced_by: None },
    SageMakerKey { name: "sagemaker:FileSystemType", kind: KeyKind::Text, multivalued: false, actions: Actions::Only(&["CreateHyperParameterTuningJob", "CreateTrainingJob"]), replaced_by: None },
    SageMakerKey { name: "sagemaker:HomeEfsFileSystemKmsKey", kind: KeyKind::Arn, multivalued: false, actions: Actions::Only(&[]), replaced_by: Some("sagemaker:VolumeKmsKeyArn") },
    SageMakerKey { name: "sagemaker:ImageArns", kind: KeyKind::Arn, multivalued: true, actions: Actions::Only(&["CreateApp", "CreateDomain", "CreateSpace", "CreateUserProfile", "UpdateDomain", "UpdateSpace", "UpdateUserProfile"]), replaced_by: None },
    SageMakerKey { name: "sagemaker:ImageVersionArns", kind: KeyKind::Arn, multivalued: true, actions: Actions::Only(&["CreateApp", "CreateDomain", "CreateSpace", "CreateUserProfile", "UpdateDomain", "UpdateSpace", "UpdateUserProfile"]), replaced_by: None },
    SageMakerKey { name: "sagemaker:InstanceTypes", kind: KeyKind::Text, multivalued: true, actions: Actions::Only(&["CreateApp", "CreateCluster", "CreateDataQualityJobDefinition", "CreateDomain", "CreateEndpointConfig", "CreateHyperParameterTuningJob", "CreateModelBiasJobDefinition", "CreateModelExplainabilityJobDefinition", "CreateModelQualityJobDefinition", "CreateMonitoringSchedule", "CreateNotebookInstance", "CreateProcessingJob", "CreateSpace", "CreateTrainingJob", "CreateTransformJob", "CreateUserProfile", "UpdateCluster", "UpdateDomain", "UpdateMonitoringSchedule", "UpdateNotebookInstance", "UpdateSpace", "UpdateTrainingJob", "UpdateUserProfile"]), replaced_by: None },
    SageMakerKey { name: "sagemaker:InterContainerTrafficEncryption", kind: KeyKind::Bool, multivalued: false, actions: Actions::Only(&["CreateAutoMLJob", "CreateAutoMLJobV2", "CreateDataQualityJobDefinition", "CreateHyperParameterTuningJob", "CreateModelBiasJobDefinition", "CreateModelExplainabilityJobDefinition", "CreateModelQualityJobDefinition", "CreateMonitoringSchedule", "CreateProcessingJob", "CreateTrainingJob", "UpdateMonitoringSchedule"]), replaced_by: None },
    SageMakerKey { name: "sagemaker:IsUpdateRecord", kind: KeyKind::Bool, multivalued: false, actions: Actions::Only(&["PutRecord"]), replaced_by: None },
    SageMakerKey { name: "sagemaker:KeepAlivePeriod", kind: KeyKind::Number, multivalued: false, actions: Actions::Only(&["CreateTrainingJob", "UpdateTrainingJob"]), replaced_by: None },
    SageMakerKey { name: "sagemaker:MaxRuntimeInSeconds", kind: KeyKind::Number, multivalued: false, actions: Actions::Only(&["CreateDataQualityJobDefinition", "CreateHyperParameterTuningJob", "CreateModelBiasJobDefinition", "CreateModelExplainabilityJobDefinition", "CreateModelQualityJobDefinition", "CreateMonitoringSchedule", "CreateProcessingJob", "CreateTrainingJob", "UpdateMonitoringSchedule"]), replaced_by: None },
    SageMakerKey { name: "sagemaker:MinimumInstanceMetadataServiceVersion", kind: KeyKind::Text, multivalued: false, actions: Actions::Only(&["CreateNotebookInstance", "UpdateNotebookInstance"]), replaced_by: None },
    SageMakerKey { name: "sagemaker:ModelApprovalStatus", kind: KeyKind::Text, multivalued: false, actions: Actions::Only(&["CreateModelPackage", "UpdateModelPackage"]), replaced_by: None },
    SageMakerKey { name: "sagemaker:ModelArn", kind: KeyKind::Arn, multivalued: false, actions: Actions::Only(&["CreateEndpointConfig", "CreateInferenceComponent", "CreateTransformJob"]), replaced_by: None },
    SageMakerKey { name: "sagemaker:ModelLifeCycle:Stage", kind: KeyKind::Text, multivalued: false, actions: Actions::Only(&["CreateModelPackage", "UpdateModelPackage"]), replaced_by: None },
    SageMakerKey { name: "sagemaker:ModelLifeCycle:StageStatus", kind: KeyKind::Text, multivalued: false, actions: Actions::Only(&["CreateModelPackage", "UpdateModelPackage"]), replaced_by: None },
    SageMakerKey { name: "sagemaker:NetworkIsolation", kind: KeyKind::Bool, multivalued: false, actions: Actions::Only(&["CreateDataQualityJobDefinition", "CreateEndpointConfig", "CreateHyperParameterTuningJob", "CreateModel", "CreateModelBiasJobDefinition", "CreateModelExplainabilityJobDefinition", "CreateModelQualityJobDefinition", "CreateMonitoringSchedule", "CreateProcessingJob", "CreateTrainingJob", "UpdateMonitoringSchedule"]), replaced_by: None },
    SageMakerKey { name: "sagemaker:NotebookInstanceLifecycleConfigArns", kind: KeyKind::Arn, multivalued: true, actions: Actions::Only(&["CreateNotebookInstance", "UpdateNotebookInstance"]), replaced_by: None },
    SageMakerKey { name: "sagemaker:OutputKmsKey", kind: KeyKind::Arn, multivalued: false, actions: Actions::Only(&["CreateAutoMLJob", "CreateAutoMLJobV2", "CreateDataQualityJobDefinition", "CreateHyperParameterTuningJob", "CreateJob", "CreateLabelingJob", "CreateModelBiasJobDefinition", "CreateModelExplainabilityJobDefinition", "CreateModelQualityJobDefinition", "CreateMonitoringSchedule", "CreateProcessingJob", "CreateTrainingJob", "CreateTransformJob", "UpdateMonitoringSchedule"]), replaced_by: Some("sagemaker:OutputKmsKeyArn") },
    SageMakerKey { name: "sagemaker:OutputKmsKeyArn", kind: KeyKind::Arn, multivalued: false, actions: Actions::Only(&["CreateAutoMLJob", "CreateAutoMLJobV2", "CreateDataQualityJobDefinition", "CreateHyperParameterTuningJob", "CreateJob", "CreateLabelingJob", "CreateModelBiasJobDefinition", "CreateModelExplainabilityJobDefinition", "CreateModelQualityJobDefinition", "CreateMonitoringSchedule", "CreateProcessingJob", "CreateTrainingJob", "CreateTransformJob", "UpdateMonitoringSchedule"]), replaced_by: None },
    SageMakerKey { name: "sagemaker:OwnerUserProfileArn", kind: KeyKind::Arn, multivalued: false, actions: Actions::Only(&["CreateApp", "CreateSpace", "DeleteApp", "DeleteSpace", "UpdateSpace"]), replaced_by: None },
    SageMakerKey { name: "sagemaker:PipelineVersionId", kind: KeyKind::Text, multivalued: false, actions: Actions::Only(&["DescribePipeline", "StartPipelineExecution", "UpdatePipelineVersion"]), replaced_by: None },
    SageMakerKey { name: "sagemaker:RemoteAccess", kind: KeyKind::Text, multivalued: false, actions: Actions::Only(&["CreateSpace", "UpdateSpace"]), replaced_by: None },
    SageMakerKey { name: "sagemaker:ResourceTag/*", kind: KeyKind::Text, multivalued: false, actions: Actions::Unlisted, replaced_by: None },
    SageMakerKey { name: "sagemaker:RootAccess", kind: KeyKind::Text, multivalued: false, actions: Actions::Only(&["CreateNotebookInstance", "UpdateNotebookInstance"]), replaced_by: None },
    SageMakerKey { name: "sagemaker:SearchVisibilityCondition/*", kind: KeyKind::Text, multivalued: false, actions: Actions::Only(&["Search"]), replaced_by: None },
    SageMakerKey { name: "sagemaker:ServerlessMaxConcurrency", kind: KeyKind::Number, multivalued: false, actions: Actions::Only(&["CreateEndpointConfig"]), replaced_by: None },
    SageMakerKey { name: "sagemaker:ServerlessMemorySize", kind: KeyKind::Number, multivalued: false, actions: Actions::Only(&["CreateEndpointConfig"]), replaced_by: None },
    SageMakerKey { name: "sagemaker:SpaceSharingType", kind: KeyKind::Text, multivalued: false, actions: Actions::Only(&["CreateApp", "CreateSpace", "DeleteApp", "DeleteSpace", "UpdateSpace"]), replaced_by: None },
    SageMakerKey { name: "sagemaker:StudioLifecycleConfigArns", kind: KeyKind::Arn, multivalued: true, actions: Actions::Only(&["CreateApp", "CreateDomain", "CreateSpace", "CreateUserProfile", "UpdateDomain", "UpdateSpace", "UpdateUserProfile"]), replaced_by: None },
    SageMakerKey { name: "sagemaker:TaggingAction", kind: KeyKind::Text, multivalued: false, actions: Actions::Only(&["AddTags"]), replaced_by: None },
    SageMakerKey { name: "sagemaker:TargetModel", kind: KeyKind::Text, multivalued: false, actions: Actions::Only(&["InvokeEndpoint"]), replaced_by: None },
    SageMakerKey { name: "sagemaker:UpdatableFeatures", kind: KeyKind::Text, multivalued: true, actions: Actions::Only(&["PutRecord"]), replaced_by: None },
    SageMakerKey { name: "sagemaker:UserProfileName", kind: KeyKind::Text, multivalued: false, actions: Actions::Unlisted, replaced_by: None },
    SageMakerKey { name: "sagemaker:VolumeKmsKey", kind: KeyKind::Arn, multivalued: false, actions: Actions::Only(&["CreateAutoMLJob", "CreateAutoMLJobV2", "CreateDataQualityJobDefinition", "CreateDomain", "CreateEndpointConfig", "CreateHyperParameterTuningJob", "CreateLabelingJob", "CreateModelBiasJobDefinition", "CreateModelExplainabilityJobDefinition", "CreateModelQualityJobDefinition", "CreateMonitoringSchedule", "CreateNotebookInstance", "CreateProcessingJob", "CreateTrainingJob", "CreateTransformJob", "UpdateMonitoringSchedule"]), replaced_by: Some("sagemaker:VolumeKmsKeyArn") },
    SageMakerKey { name: "sagemaker:VolumeKmsKeyArn", kind: KeyKind::Arn, multivalued: false, actions: Actions::Only(&["CreateAutoMLJob", "CreateAutoMLJobV2", "CreateDataQualityJobDefinition", "CreateDomain", "CreateEndpointConfig", "CreateHyperParameterTuningJob", "CreateLabelingJob", "CreateModelBiasJobDefinition", "CreateModelExplainabilityJobDefinition", "CreateModelQualityJobDefinition", "CreateMonitoringSchedule", "CreateNotebookInstance", "CreateProcessingJob", "CreateTrainingJob", "CreateTransformJob", "UpdateMonitoringSchedule"]), replaced_by: None },
    SageMakerKey { name: "sagemaker:VpcSecurityGroupIds", kind: KeyKind::Text, multivalued: true, actions: Actions::Only(&["CreateAutoMLJob", "CreateAutoMLJobV2", "CreateCluster", "CreateDataQualityJobDefinition", "CreateDomain", "CreateEndpointConfig", "CreateHyperParameterTuningJob", "CreateJob", "CreateModel", "CreateModelBiasJobDefinition", "CreateModelExplainabilityJobDefinition", "CreateModelQualityJobDefinition", "CreateMonitoringSchedule", "CreateNotebookInstance", "CreateProcessingJob", "CreateTrainingJob", "CreateUserProfile", "UpdateCluster", "UpdateDomain", "UpdateMonitoringSchedule", "UpdateUserProfile"]), replaced_by: None },
    SageMakerKey { name: "sagemaker:VpcSubnets", kind: KeyKind::Text, multivalued: true, actions: Actions::Only(&["CreateAutoMLJob", "CreateAutoMLJobV2", "CreateCluster", "CreateDataQualityJobDefinition", "CreateDomain", "CreateEndpointConfig", "CreateHyperParameterTuningJob", "CreateJob", "CreateModel", "CreateModelBiasJobDefinition", "CreateModelExplainabilityJobDefinition", "CreateModelQualityJobDefinition", "CreateMonitoringSchedule", "CreateNotebookInstance", "CreateProcessingJob", "CreateTrainingJob", "UpdateCluster", "UpdateDomain", "UpdateMonitoringSchedule"]), replaced_by: None },
    SageMakerKey { name: "sagemaker:WorkteamArn", kind: KeyKind::Arn, multivalued: false, actions: Actions::Only(&["CreateFlowDefinition", "CreateLabelingJob"]), replaced_by: None },
    SageMakerKey { name: "sagemaker:WorkteamType", kind: KeyKind::Text, multivalued: false, actions: Actions::Only(&["CreateFlowDefinition", "CreateLabelingJob"]), replaced_by: None },
];

#[cfg(test)]
mod tests {
    use super::{Actions, KEYED, SageMakerKey, UNKEYED};

    fn carries(key: &str, action: &str) -> bool {
        match SageMakerKey::find(key).expect("a key").actions {
            Actions::Only(actions) => actions.contains(&action),
            Actions::Unlisted => true,
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
        assert!(SageMakerKey::find("sagemaker:VpcSecurityGroup").is_none());
        assert!(SageMakerKey::find("sagemaker:ResourceTag/team").is_some());
        let old = SageMakerKey::find("sagemaker:VolumeKmsKey").and_then(|key| key.replaced_by);
        assert_eq!(old, Some("sagemaker:VolumeKmsKeyArn"));
    }
}
