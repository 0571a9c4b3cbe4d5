//! The closed list of SageMaker's condition keys (perimeter §3.1; service authorization data of
//! September 2026).

use super::context_keys;
use crate::catalog::Actions::{Only, Unlisted};
use crate::catalog::FilledFrom::Parameters;

#[rustfmt::skip]
context_keys! {
    source "perimeter §3.1";
    SAGEMAKER_ACCELERATOR_TYPES = "sagemaker:AcceleratorTypes", many Text, ByAction, Parameters(Only(&["CreateEndpointConfig", "CreateNotebookInstance", "UpdateNotebookInstance"])), "";
    SAGEMAKER_APP_NETWORK_ACCESS_TYPE = "sagemaker:AppNetworkAccessType", one Text, ByAction, Parameters(Only(&["CreateDomain", "UpdateDomain"])), "";
    SAGEMAKER_AUTH_MODE = "sagemaker:AuthMode", one Text, ByAction, Parameters(Only(&["CreateDomain"])), "";
    SAGEMAKER_BEARER_TOKEN_TYPE = "sagemaker:BearerTokenType", one Text, ByAction, Parameters(Only(&["CallWithBearerToken"])), "";
    SAGEMAKER_CURRENT_CUSTOMER_METADATA_PROPERTIES = "sagemaker:CurrentCustomerMetadataProperties/", one Text, Open, Parameters(Unlisted), "";
    SAGEMAKER_CURRENT_MODEL_LIFE_CYCLE_STAGE = "sagemaker:CurrentModelLifeCycleStage", one Text, Open, Parameters(Unlisted), "";
    SAGEMAKER_CURRENT_MODEL_LIFE_CYCLE_STAGE_STATUS = "sagemaker:CurrentModelLifeCycleStageStatus", one Text, Open, Parameters(Unlisted), "";
    SAGEMAKER_CUSTOMER_METADATA_PROPERTIES = "sagemaker:CustomerMetadataProperties/", one Text, ByAction, Parameters(Only(&["CreateModelPackage", "UpdateModelPackage"])), "";
    SAGEMAKER_CUSTOMER_METADATA_PROPERTIES_TO_REMOVE = "sagemaker:CustomerMetadataPropertiesToRemove", many Text, ByAction, Parameters(Only(&["UpdateModelPackage"])), "";
    SAGEMAKER_DIRECT_GATED_MODEL_ACCESS = "sagemaker:DirectGatedModelAccess", one Text, ByAction, Parameters(Only(&["CreateModel", "CreateTrainingJob"])), "";
    SAGEMAKER_DIRECT_INTERNET_ACCESS = "sagemaker:DirectInternetAccess", one Text, ByAction, Parameters(Only(&["CreateNotebookInstance"])), "";
    SAGEMAKER_DOMAIN_ID = "sagemaker:DomainId", one Text, Open, Parameters(Unlisted), "";
    SAGEMAKER_DOMAIN_SHARING_OUTPUT_KMS_KEY = "sagemaker:DomainSharingOutputKmsKey", one Arn, ByAction, Parameters(Only(&["CreateDomain", "CreateUserProfile", "UpdateDomain", "UpdateUserProfile"])), "";
    SAGEMAKER_DOMAIN_SHARING_OUTPUT_KMS_KEY_ARN = "sagemaker:DomainSharingOutputKmsKeyArn", one Arn, ByAction, Parameters(Only(&["CreateDomain", "CreateUserProfile", "UpdateDomain", "UpdateUserProfile"])), "";
    SAGEMAKER_ENABLE_REMOTE_DEBUG = "sagemaker:EnableRemoteDebug", one Boolean, ByAction, Parameters(Only(&["CreateTrainingJob", "UpdateTrainingJob"])), "";
    SAGEMAKER_FEATURE_GROUP_DISABLE_GLUE_TABLE_CREATION = "sagemaker:FeatureGroupDisableGlueTableCreation", one Boolean, ByAction, Parameters(Only(&["CreateFeatureGroup"])), "";
    SAGEMAKER_FEATURE_GROUP_ENABLE_ONLINE_STORE = "sagemaker:FeatureGroupEnableOnlineStore", one Boolean, ByAction, Parameters(Only(&["CreateFeatureGroup"])), "";
    SAGEMAKER_FEATURE_GROUP_OFFLINE_STORE_CONFIG = "sagemaker:FeatureGroupOfflineStoreConfig", one Boolean, ByAction, Parameters(Only(&["CreateFeatureGroup"])), "";
    SAGEMAKER_FEATURE_GROUP_OFFLINE_STORE_KMS_KEY = "sagemaker:FeatureGroupOfflineStoreKmsKey", one Arn, ByAction, Parameters(Only(&["CreateFeatureGroup"])), "";
    SAGEMAKER_FEATURE_GROUP_OFFLINE_STORE_KMS_KEY_ARN = "sagemaker:FeatureGroupOfflineStoreKmsKeyArn", one Arn, ByAction, Parameters(Only(&["CreateFeatureGroup"])), "";
    SAGEMAKER_FEATURE_GROUP_OFFLINE_STORE_S3_URI = "sagemaker:FeatureGroupOfflineStoreS3Uri", one Text, ByAction, Parameters(Only(&["CreateFeatureGroup"])), "";
    SAGEMAKER_FEATURE_GROUP_ONLINE_STORE_KMS_KEY = "sagemaker:FeatureGroupOnlineStoreKmsKey", one Arn, ByAction, Parameters(Only(&["CreateFeatureGroup"])), "";
    SAGEMAKER_FEATURE_GROUP_ONLINE_STORE_KMS_KEY_ARN = "sagemaker:FeatureGroupOnlineStoreKmsKeyArn", one Arn, ByAction, Parameters(Only(&["CreateFeatureGroup"])), "";
    SAGEMAKER_FILE_SYSTEM_ACCESS_MODE = "sagemaker:FileSystemAccessMode", one Text, ByAction, Parameters(Only(&["CreateHyperParameterTuningJob", "CreateTrainingJob"])), "";
    SAGEMAKER_FILE_SYSTEM_DIRECTORY_PATH = "sagemaker:FileSystemDirectoryPath", one Text, ByAction, Parameters(Only(&["CreateHyperParameterTuningJob", "CreateTrainingJob"])), "";
    SAGEMAKER_FILE_SYSTEM_ID = "sagemaker:FileSystemId", one Text, ByAction, Parameters(Only(&["CreateHyperParameterTuningJob", "CreateTrainingJob"])), "";
    SAGEMAKER_FILE_SYSTEM_TYPE = "sagemaker:FileSystemType", one Text, ByAction, Parameters(Only(&["CreateHyperParameterTuningJob", "CreateTrainingJob"])), "";
    SAGEMAKER_HOME_EFS_FILE_SYSTEM_KMS_KEY = "sagemaker:HomeEfsFileSystemKmsKey", one Arn, ByAction, Parameters(Only(&[])), "";
    SAGEMAKER_IMAGE_ARNS = "sagemaker:ImageArns", many Arn, ByAction, Parameters(Only(&["CreateApp", "CreateDomain", "CreateSpace", "CreateUserProfile", "UpdateDomain", "UpdateSpace", "UpdateUserProfile"])), "";
    SAGEMAKER_IMAGE_VERSION_ARNS = "sagemaker:ImageVersionArns", many Arn, ByAction, Parameters(Only(&["CreateApp", "CreateDomain", "CreateSpace", "CreateUserProfile", "UpdateDomain", "UpdateSpace", "UpdateUserProfile"])), "";
    SAGEMAKER_INSTANCE_TYPES = "sagemaker:InstanceTypes", many Text, ByAction, Parameters(Only(&["CreateApp", "CreateCluster", "CreateDataQualityJobDefinition", "CreateDomain", "CreateEndpointConfig", "CreateHyperParameterTuningJob", "CreateModelBiasJobDefinition", "CreateModelExplainabilityJobDefinition", "CreateModelQualityJobDefinition", "CreateMonitoringSchedule", "CreateNotebookInstance", "CreateProcessingJob", "CreateSpace", "CreateTrainingJob", "CreateTransformJob", "CreateUserProfile", "UpdateCluster", "UpdateDomain", "UpdateMonitoringSchedule", "UpdateNotebookInstance", "UpdateSpace", "UpdateTrainingJob", "UpdateUserProfile"])), "";
    SAGEMAKER_INTER_CONTAINER_TRAFFIC_ENCRYPTION = "sagemaker:InterContainerTrafficEncryption", one Boolean, ByAction, Parameters(Only(&["CreateAutoMLJob", "CreateAutoMLJobV2", "CreateDataQualityJobDefinition", "CreateHyperParameterTuningJob", "CreateModelBiasJobDefinition", "CreateModelExplainabilityJobDefinition", "CreateModelQualityJobDefinition", "CreateMonitoringSchedule", "CreateProcessingJob", "CreateTrainingJob", "UpdateMonitoringSchedule"])), "";
    SAGEMAKER_IS_UPDATE_RECORD = "sagemaker:IsUpdateRecord", one Boolean, ByAction, Parameters(Only(&["PutRecord"])), "";
    SAGEMAKER_KEEP_ALIVE_PERIOD = "sagemaker:KeepAlivePeriod", one Number, ByAction, Parameters(Only(&["CreateTrainingJob", "UpdateTrainingJob"])), "";
    SAGEMAKER_MAX_RUNTIME_IN_SECONDS = "sagemaker:MaxRuntimeInSeconds", one Number, ByAction, Parameters(Only(&["CreateDataQualityJobDefinition", "CreateHyperParameterTuningJob", "CreateModelBiasJobDefinition", "CreateModelExplainabilityJobDefinition", "CreateModelQualityJobDefinition", "CreateMonitoringSchedule", "CreateProcessingJob", "CreateTrainingJob", "UpdateMonitoringSchedule"])), "";
    SAGEMAKER_MINIMUM_INSTANCE_METADATA_SERVICE_VERSION = "sagemaker:MinimumInstanceMetadataServiceVersion", one Text, ByAction, Parameters(Only(&["CreateNotebookInstance", "UpdateNotebookInstance"])), "";
    SAGEMAKER_MODEL_APPROVAL_STATUS = "sagemaker:ModelApprovalStatus", one Text, ByAction, Parameters(Only(&["CreateModelPackage", "UpdateModelPackage"])), "";
    SAGEMAKER_MODEL_ARN = "sagemaker:ModelArn", one Arn, ByAction, Parameters(Only(&["CreateEndpointConfig", "CreateInferenceComponent", "CreateTransformJob"])), "";
    SAGEMAKER_MODEL_LIFE_CYCLE_STAGE = "sagemaker:ModelLifeCycle:Stage", one Text, ByAction, Parameters(Only(&["CreateModelPackage", "UpdateModelPackage"])), "";
    SAGEMAKER_MODEL_LIFE_CYCLE_STAGE_STATUS = "sagemaker:ModelLifeCycle:StageStatus", one Text, ByAction, Parameters(Only(&["CreateModelPackage", "UpdateModelPackage"])), "";
    SAGEMAKER_NETWORK_ISOLATION = "sagemaker:NetworkIsolation", one Boolean, ByAction, Parameters(Only(&["CreateDataQualityJobDefinition", "CreateEndpointConfig", "CreateHyperParameterTuningJob", "CreateModel", "CreateModelBiasJobDefinition", "CreateModelExplainabilityJobDefinition", "CreateModelQualityJobDefinition", "CreateMonitoringSchedule", "CreateProcessingJob", "CreateTrainingJob", "UpdateMonitoringSchedule"])), "";
    SAGEMAKER_NOTEBOOK_INSTANCE_LIFECYCLE_CONFIG_ARNS = "sagemaker:NotebookInstanceLifecycleConfigArns", many Arn, ByAction, Parameters(Only(&["CreateNotebookInstance", "UpdateNotebookInstance"])), "";
    SAGEMAKER_OUTPUT_KMS_KEY = "sagemaker:OutputKmsKey", one Arn, ByAction, Parameters(Only(&["CreateAutoMLJob", "CreateAutoMLJobV2", "CreateDataQualityJobDefinition", "CreateHyperParameterTuningJob", "CreateJob", "CreateLabelingJob", "CreateModelBiasJobDefinition", "CreateModelExplainabilityJobDefinition", "CreateModelQualityJobDefinition", "CreateMonitoringSchedule", "CreateProcessingJob", "CreateTrainingJob", "CreateTransformJob", "UpdateMonitoringSchedule"])), "";
    SAGEMAKER_OUTPUT_KMS_KEY_ARN = "sagemaker:OutputKmsKeyArn", one Arn, ByAction, Parameters(Only(&["CreateAutoMLJob", "CreateAutoMLJobV2", "CreateDataQualityJobDefinition", "CreateHyperParameterTuningJob", "CreateJob", "CreateLabelingJob", "CreateModelBiasJobDefinition", "CreateModelExplainabilityJobDefinition", "CreateModelQualityJobDefinition", "CreateMonitoringSchedule", "CreateProcessingJob", "CreateTrainingJob", "CreateTransformJob", "UpdateMonitoringSchedule"])), "";
    SAGEMAKER_OWNER_USER_PROFILE_ARN = "sagemaker:OwnerUserProfileArn", one Arn, ByAction, Parameters(Only(&["CreateApp", "CreateSpace", "DeleteApp", "DeleteSpace", "UpdateSpace"])), "";
    SAGEMAKER_PIPELINE_VERSION_ID = "sagemaker:PipelineVersionId", one Text, ByAction, Parameters(Only(&["DescribePipeline", "StartPipelineExecution", "UpdatePipelineVersion"])), "";
    SAGEMAKER_REMOTE_ACCESS = "sagemaker:RemoteAccess", one Text, ByAction, Parameters(Only(&["CreateSpace", "UpdateSpace"])), "";
    SAGEMAKER_RESOURCE_TAG = "sagemaker:ResourceTag/", one Text, Open, Parameters(Unlisted), "";
    SAGEMAKER_ROOT_ACCESS = "sagemaker:RootAccess", one Text, ByAction, Parameters(Only(&["CreateNotebookInstance", "UpdateNotebookInstance"])), "";
    SAGEMAKER_SEARCH_VISIBILITY_CONDITION = "sagemaker:SearchVisibilityCondition/", one Text, ByAction, Parameters(Only(&["Search"])), "";
    SAGEMAKER_SERVERLESS_MAX_CONCURRENCY = "sagemaker:ServerlessMaxConcurrency", one Number, ByAction, Parameters(Only(&["CreateEndpointConfig"])), "";
    SAGEMAKER_SERVERLESS_MEMORY_SIZE = "sagemaker:ServerlessMemorySize", one Number, ByAction, Parameters(Only(&["CreateEndpointConfig"])), "";
    SAGEMAKER_SPACE_SHARING_TYPE = "sagemaker:SpaceSharingType", one Text, ByAction, Parameters(Only(&["CreateApp", "CreateSpace", "DeleteApp", "DeleteSpace", "UpdateSpace"])), "";
    SAGEMAKER_STUDIO_LIFECYCLE_CONFIG_ARNS = "sagemaker:StudioLifecycleConfigArns", many Arn, ByAction, Parameters(Only(&["CreateApp", "CreateDomain", "CreateSpace", "CreateUserProfile", "UpdateDomain", "UpdateSpace", "UpdateUserProfile"])), "";
    SAGEMAKER_TAGGING_ACTION = "sagemaker:TaggingAction", one Text, ByAction, Parameters(Only(&["AddTags"])), "";
    SAGEMAKER_TARGET_MODEL = "sagemaker:TargetModel", one Text, ByAction, Parameters(Only(&["InvokeEndpoint"])), "";
    SAGEMAKER_UPDATABLE_FEATURES = "sagemaker:UpdatableFeatures", many Text, ByAction, Parameters(Only(&["PutRecord"])), "";
    SAGEMAKER_USER_PROFILE_NAME = "sagemaker:UserProfileName", one Text, Open, Parameters(Unlisted), "";
    SAGEMAKER_VOLUME_KMS_KEY = "sagemaker:VolumeKmsKey", one Arn, ByAction, Parameters(Only(&["CreateAutoMLJob", "CreateAutoMLJobV2", "CreateDataQualityJobDefinition", "CreateDomain", "CreateEndpointConfig", "CreateHyperParameterTuningJob", "CreateLabelingJob", "CreateModelBiasJobDefinition", "CreateModelExplainabilityJobDefinition", "CreateModelQualityJobDefinition", "CreateMonitoringSchedule", "CreateNotebookInstance", "CreateProcessingJob", "CreateTrainingJob", "CreateTransformJob", "UpdateMonitoringSchedule"])), "";
    SAGEMAKER_VOLUME_KMS_KEY_ARN = "sagemaker:VolumeKmsKeyArn", one Arn, ByAction, Parameters(Only(&["CreateAutoMLJob", "CreateAutoMLJobV2", "CreateDataQualityJobDefinition", "CreateDomain", "CreateEndpointConfig", "CreateHyperParameterTuningJob", "CreateLabelingJob", "CreateModelBiasJobDefinition", "CreateModelExplainabilityJobDefinition", "CreateModelQualityJobDefinition", "CreateMonitoringSchedule", "CreateNotebookInstance", "CreateProcessingJob", "CreateTrainingJob", "CreateTransformJob", "UpdateMonitoringSchedule"])), "";
    SAGEMAKER_VPC_SECURITY_GROUP_IDS = "sagemaker:VpcSecurityGroupIds", many Text, ByAction, Parameters(Only(&["CreateAutoMLJob", "CreateAutoMLJobV2", "CreateCluster", "CreateDataQualityJobDefinition", "CreateDomain", "CreateEndpointConfig", "CreateHyperParameterTuningJob", "CreateJob", "CreateModel", "CreateModelBiasJobDefinition", "CreateModelExplainabilityJobDefinition", "CreateModelQualityJobDefinition", "CreateMonitoringSchedule", "CreateNotebookInstance", "CreateProcessingJob", "CreateTrainingJob", "CreateUserProfile", "UpdateCluster", "UpdateDomain", "UpdateMonitoringSchedule", "UpdateUserProfile"])), "";
    SAGEMAKER_VPC_SUBNETS = "sagemaker:VpcSubnets", many Text, ByAction, Parameters(Only(&["CreateAutoMLJob", "CreateAutoMLJobV2", "CreateCluster", "CreateDataQualityJobDefinition", "CreateDomain", "CreateEndpointConfig", "CreateHyperParameterTuningJob", "CreateJob", "CreateModel", "CreateModelBiasJobDefinition", "CreateModelExplainabilityJobDefinition", "CreateModelQualityJobDefinition", "CreateMonitoringSchedule", "CreateNotebookInstance", "CreateProcessingJob", "CreateTrainingJob", "UpdateCluster", "UpdateDomain", "UpdateMonitoringSchedule"])), "";
    SAGEMAKER_WORKTEAM_ARN = "sagemaker:WorkteamArn", one Arn, ByAction, Parameters(Only(&["CreateFlowDefinition", "CreateLabelingJob"])), "";
    SAGEMAKER_WORKTEAM_TYPE = "sagemaker:WorkteamType", one Text, ByAction, Parameters(Only(&["CreateFlowDefinition", "CreateLabelingJob"])), "";
}

/// Deprecated keys, and the key to use instead.
pub(super) const REPLACED: &[(&str, &str)] = &[
    (
        keys::SAGEMAKER_DOMAIN_SHARING_OUTPUT_KMS_KEY,
        keys::SAGEMAKER_DOMAIN_SHARING_OUTPUT_KMS_KEY_ARN,
    ),
    (
        keys::SAGEMAKER_FEATURE_GROUP_OFFLINE_STORE_KMS_KEY,
        keys::SAGEMAKER_FEATURE_GROUP_OFFLINE_STORE_KMS_KEY_ARN,
    ),
    (
        keys::SAGEMAKER_FEATURE_GROUP_ONLINE_STORE_KMS_KEY,
        keys::SAGEMAKER_FEATURE_GROUP_ONLINE_STORE_KMS_KEY_ARN,
    ),
    (keys::SAGEMAKER_HOME_EFS_FILE_SYSTEM_KMS_KEY, keys::SAGEMAKER_VOLUME_KMS_KEY_ARN),
    (keys::SAGEMAKER_OUTPUT_KMS_KEY, keys::SAGEMAKER_OUTPUT_KMS_KEY_ARN),
    (keys::SAGEMAKER_VOLUME_KMS_KEY, keys::SAGEMAKER_VOLUME_KMS_KEY_ARN),
];
