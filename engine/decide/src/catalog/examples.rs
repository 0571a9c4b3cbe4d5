//! Real actions with a resource each, and values that look like AWS's own, for examples that people
//! read. No rule depends on them: an example is proposed, and kept if it shows what it should.

use super::keys;

/// An action that exists, and what it is typically called on.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::catalog::examples::ACTIONS;
/// # use polsim::request::Action;
/// assert!(ACTIONS.iter().all(|known| known.action.parse::<Action>().is_ok()));
/// ```
#[derive(Debug)]
pub struct KnownAction {
    /// The action, as AWS writes it.
    pub action: &'static str,
    /// An ARN in which `{region}` and `{account}` stand for the region and account of the request.
    pub resource: &'static str,
}

macro_rules! known {
    ($($action:literal on $resource:literal),* $(,)?) => {
        &[$(KnownAction { action: $action, resource: $resource }),*]
    };
}

/// The actions that examples choose from, the most telling of a service first.
pub const ACTIONS: &[KnownAction] = known![
    "sagemaker:CreateTrainingJob" on "arn:aws:sagemaker:{region}:{account}:training-job/churn",
    "sagemaker:CreatePresignedNotebookInstanceUrl" on "arn:aws:sagemaker:{region}:{account}:notebook-instance/research",
    "sagemaker:CreatePresignedDomainUrl" on "arn:aws:sagemaker:{region}:{account}:user-profile/d-abcdefghijkl/alice",
    "sagemaker:CreatePresignedMlflowTrackingServerUrl" on "arn:aws:sagemaker:{region}:{account}:mlflow-tracking-server/experiments",
    "sagemaker:CreatePresignedMlflowAppUrl" on "arn:aws:sagemaker:{region}:{account}:mlflow-app/experiments",
    "sagemaker:CreatePartnerAppPresignedUrl" on "arn:aws:sagemaker:{region}:{account}:partner-app/app-abcdefghijkl",
    "sagemaker:CreateHubContentPresignedUrls" on "arn:aws:sagemaker:{region}:{account}:hub-content/models/Model/churn/1.0.0",
    "sagemaker:StartSession" on "arn:aws:sagemaker:{region}:{account}:space/d-abcdefghijkl/research",
    "sagemaker:CreateNotebookInstance" on "arn:aws:sagemaker:{region}:{account}:notebook-instance/research",
    "sagemaker:UpdateNotebookInstance" on "arn:aws:sagemaker:{region}:{account}:notebook-instance/research",
    "sagemaker:StartNotebookInstance" on "arn:aws:sagemaker:{region}:{account}:notebook-instance/research",
    "sagemaker:DescribeNotebookInstance" on "arn:aws:sagemaker:{region}:{account}:notebook-instance/research",
    "sagemaker:CreateProcessingJob" on "arn:aws:sagemaker:{region}:{account}:processing-job/features",
    "sagemaker:CreateModel" on "arn:aws:sagemaker:{region}:{account}:model/churn",
    "sagemaker:CreateEndpointConfig" on "arn:aws:sagemaker:{region}:{account}:endpoint-config/churn",
    "sagemaker:CreateEndpoint" on "arn:aws:sagemaker:{region}:{account}:endpoint/churn",
    "sagemaker:InvokeEndpoint" on "arn:aws:sagemaker:{region}:{account}:endpoint/churn",
    "sagemaker:InvokeEndpointAsync" on "arn:aws:sagemaker:{region}:{account}:endpoint/churn",
    "sagemaker:CreateDomain" on "arn:aws:sagemaker:{region}:{account}:domain/d-abcdefghijkl",
    "sagemaker:UpdateDomain" on "arn:aws:sagemaker:{region}:{account}:domain/d-abcdefghijkl",
    "sagemaker:CreateApp" on "arn:aws:sagemaker:{region}:{account}:app/d-abcdefghijkl/alice/JupyterLab/default",
    "sagemaker:CreateAutoMLJob" on "arn:aws:sagemaker:{region}:{account}:automl-job/churn",
    "sagemaker:CreateAutoMLJobV2" on "arn:aws:sagemaker:{region}:{account}:automl-job/churn",
    "sagemaker:CreateHyperParameterTuningJob" on "arn:aws:sagemaker:{region}:{account}:hyper-parameter-tuning-job/churn",
    "sagemaker:CreateCluster" on "arn:aws:sagemaker:{region}:{account}:cluster/abcdefghijkl",
    "sagemaker:CreateLabelingJob" on "arn:aws:sagemaker:{region}:{account}:labeling-job/images",
    "sagemaker:CreateCompilationJob" on "arn:aws:sagemaker:{region}:{account}:compilation-job/churn",
    "sagemaker:CreateMonitoringSchedule" on "arn:aws:sagemaker:{region}:{account}:monitoring-schedule/churn",
    "sagemaker:DescribeTrainingJob" on "arn:aws:sagemaker:{region}:{account}:training-job/churn",
    "sagemaker:StopTrainingJob" on "arn:aws:sagemaker:{region}:{account}:training-job/churn",
    "sagemaker:DeleteModel" on "arn:aws:sagemaker:{region}:{account}:model/churn",
    "s3:GetObject" on "arn:aws:s3:::ml-data/churn.csv",
    "s3:PutObject" on "arn:aws:s3:::ml-data/churn.csv",
    "s3:DeleteObject" on "arn:aws:s3:::ml-data/churn.csv",
    "s3:ListBucket" on "arn:aws:s3:::ml-data",
    "s3:PutBucketPolicy" on "arn:aws:s3:::ml-data",
    "kms:Decrypt" on "arn:aws:kms:{region}:{account}:key/11111111-2222-3333-4444-555555555555",
    "kms:GenerateDataKey" on "arn:aws:kms:{region}:{account}:key/11111111-2222-3333-4444-555555555555",
    "kms:CreateGrant" on "arn:aws:kms:{region}:{account}:key/11111111-2222-3333-4444-555555555555",
    "kms:PutKeyPolicy" on "arn:aws:kms:{region}:{account}:key/11111111-2222-3333-4444-555555555555",
    "sts:AssumeRole" on "arn:aws:iam::{account}:role/DataScientist",
    "iam:PassRole" on "arn:aws:iam::{account}:role/SageMakerExecution",
    "iam:CreateRole" on "arn:aws:iam::{account}:role/New",
    "iam:GetRole" on "arn:aws:iam::{account}:role/DataScientist",
    "ecr:BatchGetImage" on "arn:aws:ecr:{region}:{account}:repository/training",
    "ecr:PutImage" on "arn:aws:ecr:{region}:{account}:repository/training",
    "logs:PutLogEvents" on "arn:aws:logs:{region}:{account}:log-group:/aws/sagemaker/TrainingJobs:log-stream:churn",
    "ec2:DescribeInstances" on "*",
    "ec2:RunInstances" on "arn:aws:ec2:{region}:{account}:instance/*",
    "ec2:CreateVpcEndpoint" on "arn:aws:ec2:{region}:{account}:vpc-endpoint/*",
    "ec2:ModifyVpcEndpoint" on "arn:aws:ec2:{region}:{account}:vpc-endpoint/vpce-0a1b2c3d4e5f60718",
    "secretsmanager:GetSecretValue" on "arn:aws:secretsmanager:{region}:{account}:secret:database-AbCdEf",
    "dynamodb:GetItem" on "arn:aws:dynamodb:{region}:{account}:table/features",
    "sqs:SendMessage" on "arn:aws:sqs:{region}:{account}:jobs",
    "sns:Publish" on "arn:aws:sns:{region}:{account}:alerts",
    "lambda:InvokeFunction" on "arn:aws:lambda:{region}:{account}:function:score",
    "organizations:LeaveOrganization" on "*",
];

/// The form of a key's values, and values that would do.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::catalog::examples::VALUES;
/// let endpoint = VALUES.iter().find(|known| known.key == "aws:SourceVpce").expect("it is listed");
/// let (start, length) = endpoint.form;
/// assert!(endpoint.values.iter().all(|it| it.starts_with(start) && it.len() == length));
/// ```
#[derive(Debug)]
pub struct KnownValues {
    /// The name of the key.
    pub key: &'static str,
    /// The start of all real values, and their length in characters; 0 for any length. Where both
    /// say nothing, only the values below read well.
    pub form: (&'static str, usize),
    /// Values that read well, the best first.
    pub values: &'static [&'static str],
}

/// The keys whose values examples choose.
#[rustfmt::skip]
pub const VALUES: &[KnownValues] = &[
    KnownValues { key: keys::CURRENT_TIME, form: ("20", 20), values: &["2026-01-15T12:00:00Z"] },
    KnownValues { key: keys::PRINCIPAL_ORG_ID, form: ("o-", 12), values: &["o-a1b2c3d4e5"] },
    KnownValues { key: keys::PRINCIPAL_ORG_PATHS, form: ("o-", 0), values: &["o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/"] },
    KnownValues { key: keys::REQUESTED_REGION, form: ("", 0), values: &["eu-west-1", "us-east-1", "eu-central-1"] },
    KnownValues { key: keys::RESOURCE_ORG_ID, form: ("o-", 12), values: &["o-a1b2c3d4e5"] },
    KnownValues { key: keys::RESOURCE_ORG_PATHS, form: ("o-", 0), values: &["o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/"] },
    KnownValues { key: keys::SECURE_TRANSPORT, form: ("", 0), values: &["true"] },
    KnownValues { key: keys::SOURCE_IP, form: ("", 0), values: &["203.0.113.10", "198.51.100.23", "8.8.8.8", "2001:db8::10", "2606:4700::10"] },
    KnownValues { key: keys::SOURCE_VPC, form: ("vpc-", 21), values: &["vpc-0a1b2c3d4e5f60718", "vpc-0bad0bad0bad0bad0"] },
    KnownValues { key: keys::SOURCE_VPC_ARN, form: ("arn:aws:ec2:", 0), values: &["arn:aws:ec2:eu-west-1:444455556666:vpc/vpc-0a1b2c3d4e5f60718"] },
    KnownValues { key: keys::SOURCE_VPCE, form: ("vpce-", 22), values: &["vpce-0a1b2c3d4e5f60718", "vpce-0bad0bad0bad0bad0"] },
    KnownValues { key: keys::VPC_SOURCE_IP, form: ("", 0), values: &["10.0.0.10", "192.168.1.10", "172.16.0.10"] },
    KnownValues { key: keys::VPCE_ORG_ID, form: ("o-", 12), values: &["o-a1b2c3d4e5"] },
    KnownValues { key: keys::VPCE_ORG_PATHS, form: ("o-", 0), values: &["o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/"] },
    KnownValues { key: keys::SAGEMAKER_INSTANCE_TYPES, form: ("ml.", 0), values: &["ml.m5.xlarge", "ml.p4d.24xlarge"] },
    KnownValues { key: keys::SAGEMAKER_VPC_SECURITY_GROUP_IDS, form: ("sg-", 20), values: &["sg-0a1b2c3d4e5f60718", "sg-0bad0bad0bad0bad0"] },
    KnownValues { key: keys::SAGEMAKER_VPC_SUBNETS, form: ("subnet-", 24), values: &["subnet-0a1b2c3d4e5f60718", "subnet-0bad0bad0bad0bad0"] },
];

impl KnownValues {
    /// The values of this key, letter case not counted.
    pub fn of(key: &str) -> Option<&'static Self> {
        VALUES.iter().find(|it| it.key.eq_ignore_ascii_case(key))
    }

    /// True if a value reads well already.
    pub fn reads_well(&self, value: &str) -> bool {
        let (start, length) = self.form;
        if start.is_empty() && length == 0 {
            return self.values.contains(&value);
        }
        value.starts_with(start) && (length == 0 || value.len() == length)
    }
}
