//! Known paths from some permissions to more (lint notes §6).
//!
//! Facts that others published (DataDog's pathfinding.cloud, Salesforce's cloudsplaining, prowler, Rhino
//! Security Labs); names and wording are polsim's.

/// A path to more permissions: actions that are enough together.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::catalog::escalation::Path;
/// let path = Path::all().iter().find(|it| it.id == "lambda-invoke").unwrap();
/// assert_eq!(path.services, ["lambda.amazonaws.com"]);
/// ```
#[derive(Debug)]
pub struct Path {
    /// The name.
    pub id: &'static str,
    /// The actions, all of them needed, `service:Name`.
    pub actions: &'static [&'static str],
    /// The services to which a role is passed on the way.
    pub services: &'static [&'static str],
    /// True if it is a path for the caller's own user or role as well.
    pub own: bool,
    /// The kind.
    pub kind: Kind,
}

/// The kinds of paths.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::catalog::escalation::{Kind, Path};
/// assert!(Path::all().iter().any(|it| it.kind == Kind::Existing));
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// Uses a thing that already has a role; nothing in a policy shows that there is one.
    Existing,
    /// Makes a new thing that runs with a passed role.
    New,
    /// Changes own or any permissions.
    Permissions,
    /// Becomes another principal.
    Principal,
}

use Kind::{Existing, New, Permissions, Principal};

const PASS: &str = "iam:PassRole";
const SAGEMAKER: &str = "sagemaker.amazonaws.com";
const GLUE: &str = "glue.amazonaws.com";
const EC2: &str = "ec2.amazonaws.com";
const TASKS: &str = "ecs-tasks.amazonaws.com";
const LAMBDA: &str = "lambda.amazonaws.com";
const STACKS: &str = "cloudformation.amazonaws.com";
const BUILD: &str = "codebuild.amazonaws.com";
const AGENTS: &str = "bedrock-agentcore.amazonaws.com";

const fn path(id: &'static str, actions: &'static [&'static str], kind: Kind) -> Path {
    Path { id, actions, services: &[], own: false, kind }
}

impl Path {
    const fn own(self) -> Self {
        Self { own: true, ..self }
    }

    const fn to(self, services: &'static [&'static str]) -> Self {
        Self { services, ..self }
    }

    /// The paths, in the order of the table.
    pub fn all() -> &'static [Self] {
        PATHS
    }

    /// True if the actions of the other path, and more, are those of this one.
    pub fn is_longer_than(&self, other: &Self) -> bool {
        self.actions.len() > other.actions.len()
            && other.actions.iter().all(|action| self.actions.contains(action))
    }
}

#[rustfmt::skip]
const PATHS: &[Path] = &[
    path("create-policy-version", &["iam:CreatePolicyVersion"], Permissions),
    path("set-default-policy-version", &["iam:SetDefaultPolicyVersion"], Permissions),
    path("attach-user-policy", &["iam:AttachUserPolicy"], Permissions).own(),
    path("attach-role-policy", &["iam:AttachRolePolicy"], Permissions).own(),
    path("attach-group-policy", &["iam:AttachGroupPolicy"], Permissions),
    path("put-user-policy", &["iam:PutUserPolicy"], Permissions).own(),
    path("put-role-policy", &["iam:PutRolePolicy"], Permissions).own(),
    path("put-group-policy", &["iam:PutGroupPolicy"], Permissions),
    path("add-user-to-group", &["iam:AddUserToGroup"], Permissions),
    path("delete-boundary", &["iam:DeleteUserPermissionsBoundary"], Permissions).own(),
    path("delete-boundary", &["iam:DeleteRolePermissionsBoundary"], Permissions).own(),
    path("delete-boundary", &["iam:PutUserPermissionsBoundary"], Permissions).own(),
    path("delete-boundary", &["iam:PutRolePermissionsBoundary"], Permissions).own(),
    path("create-access-key", &["iam:CreateAccessKey"], Principal),
    path("create-login-profile", &["iam:CreateLoginProfile"], Principal),
    path("update-login-profile", &["iam:UpdateLoginProfile"], Principal),
    path("update-trust", &["iam:UpdateAssumeRolePolicy"], Principal),
    path("assume-any-role", &["sts:AssumeRole"], Existing),
    path("ec2-run", &[PASS, "ec2:RunInstances"], New).to(&[EC2]),
    path("ec2-spot", &[PASS, "ec2:RequestSpotInstances"], New).to(&[EC2]),
    path("ec2-profile", &[PASS, "ec2:AssociateIamInstanceProfile"], New).to(&[EC2]),
    path("ec2-profile-replace", &[PASS, "ec2:ReplaceIamInstanceProfileAssociation"], New).to(&[EC2]),
    path("lambda-invoke", &[PASS, "lambda:CreateFunction", "lambda:InvokeFunction"], New).to(&[LAMBDA]),
    path("lambda-url", &[PASS, "lambda:CreateFunction", "lambda:AddPermission"], New).to(&[LAMBDA]),
    path("lambda-events", &[PASS, "lambda:CreateFunction", "lambda:CreateEventSourceMapping"], New).to(&[LAMBDA]),
    path("cloudformation-stack", &[PASS, "cloudformation:CreateStack"], New).to(&[STACKS]),
    path("cloudformation-stackset", &[PASS, "cloudformation:CreateStackSet", "cloudformation:CreateStackInstances"], New).to(&[STACKS]),
    path("cloudformation-stackset-update", &[PASS, "cloudformation:UpdateStackSet"], New).to(&[STACKS]),
    path("cloudformation-changeset", &[PASS, "cloudformation:CreateChangeSet", "cloudformation:ExecuteChangeSet"], New).to(&[STACKS]),
    path("glue-endpoint", &[PASS, "glue:CreateDevEndpoint"], New).to(&[GLUE]),
    path("glue-job", &[PASS, "glue:CreateJob", "glue:StartJobRun"], New).to(&[GLUE]),
    path("glue-job-trigger", &[PASS, "glue:CreateJob", "glue:CreateTrigger"], New).to(&[GLUE]),
    path("glue-job-update", &[PASS, "glue:UpdateJob", "glue:StartJobRun"], New).to(&[GLUE]),
    path("glue-job-update-trigger", &[PASS, "glue:UpdateJob", "glue:CreateTrigger"], New).to(&[GLUE]),
    path("glue-session", &[PASS, "glue:CreateSession", "glue:RunStatement"], New).to(&[GLUE]),
    path("datapipeline", &[PASS, "datapipeline:CreatePipeline", "datapipeline:PutPipelineDefinition", "datapipeline:ActivatePipeline"], New).to(&["datapipeline.amazonaws.com"]),
    path("codebuild", &[PASS, "codebuild:CreateProject", "codebuild:StartBuild"], New).to(&[BUILD]),
    path("codebuild-batch", &[PASS, "codebuild:CreateProject", "codebuild:StartBuildBatch"], New).to(&[BUILD]),
    path("ecs-run", &[PASS, "ecs:RegisterTaskDefinition", "ecs:RunTask"], New).to(&[TASKS]),
    path("ecs-start", &[PASS, "ecs:RegisterTaskDefinition", "ecs:StartTask"], New).to(&[TASKS]),
    path("ecs-service", &[PASS, "ecs:RegisterTaskDefinition", "ecs:CreateService"], New).to(&[TASKS]),
    path("apprunner", &[PASS, "apprunner:CreateService"], New).to(&["tasks.apprunner.amazonaws.com"]),
    path("bedrock-interpreter", &[PASS, "bedrock-agentcore:CreateCodeInterpreter", "bedrock-agentcore:StartCodeInterpreterSession", "bedrock-agentcore:InvokeCodeInterpreter"], New).to(&[AGENTS]),
    path("bedrock-runtime", &[PASS, "bedrock-agentcore:CreateAgentRuntime", "bedrock-agentcore:InvokeAgentRuntime"], New).to(&[AGENTS]),
    path("sagemaker-notebook", &[PASS, "sagemaker:CreateNotebookInstance", "sagemaker:CreatePresignedNotebookInstanceUrl"], New).to(&[SAGEMAKER]),
    path("sagemaker-notebook-lifecycle", &[PASS, "sagemaker:CreateNotebookInstance", "sagemaker:CreateNotebookInstanceLifecycleConfig"], New).to(&[SAGEMAKER]),
    path("sagemaker-training", &[PASS, "sagemaker:CreateTrainingJob"], New).to(&[SAGEMAKER]),
    path("sagemaker-processing", &[PASS, "sagemaker:CreateProcessingJob"], New).to(&[SAGEMAKER]),
    path("sagemaker-tuning", &[PASS, "sagemaker:CreateHyperParameterTuningJob"], New).to(&[SAGEMAKER]),
    path("sagemaker-model", &[PASS, "sagemaker:CreateModel", "sagemaker:CreateEndpointConfig", "sagemaker:CreateEndpoint"], New).to(&[SAGEMAKER]),
    path("sagemaker-domain", &[PASS, "sagemaker:CreateUserProfile", "sagemaker:CreatePresignedDomainUrl"], New).to(&[SAGEMAKER]),
    path("sagemaker-pipeline", &[PASS, "sagemaker:CreatePipeline", "sagemaker:StartPipelineExecution"], New).to(&[SAGEMAKER]),
    path("stepfunctions", &[PASS, "states:CreateStateMachine", "states:StartExecution"], New).to(&["states.amazonaws.com"]),
    path("ssm-automation", &[PASS, "ssm:StartAutomationExecution"], New).to(&["ssm.amazonaws.com"]),
    path("scheduler", &[PASS, "scheduler:CreateSchedule"], New).to(&["scheduler.amazonaws.com"]),
    path("emr", &[PASS, "elasticmapreduce:RunJobFlow"], New).to(&["elasticmapreduce.amazonaws.com", EC2]),
    path("batch", &[PASS, "batch:RegisterJobDefinition", "batch:SubmitJob"], New).to(&[TASKS]),
    path("open-notebook", &["sagemaker:CreatePresignedNotebookInstanceUrl"], Existing),
    path("open-domain", &["sagemaker:CreatePresignedDomainUrl"], Existing),
    path("notebook-lifecycle", &["sagemaker:CreateNotebookInstanceLifecycleConfig", "sagemaker:StopNotebookInstance", "sagemaker:UpdateNotebookInstance", "sagemaker:StartNotebookInstance"], Existing),
    path("ssm-session", &["ssm:StartSession"], Existing),
    path("ssm-command", &["ssm:SendCommand"], Existing),
    path("instance-connect", &["ec2-instance-connect:SendSSHPublicKey"], Existing),
    path("instance-user-data", &["ec2:ModifyInstanceAttribute", "ec2:StopInstances", "ec2:StartInstances"], Existing),
    path("launch-template", &["ec2:CreateLaunchTemplateVersion", "ec2:ModifyLaunchTemplate"], Existing),
    path("lambda-code", &["lambda:UpdateFunctionCode"], Existing),
    path("lambda-configuration", &["lambda:UpdateFunctionConfiguration"], Existing),
    path("glue-endpoint-update", &["glue:UpdateDevEndpoint"], Existing),
    path("ecs-execute", &["ecs:ExecuteCommand"], Existing),
    path("codebuild-start", &["codebuild:StartBuild"], Existing),
    path("codebuild-start-batch", &["codebuild:StartBuildBatch"], Existing),
    path("cloudformation-update", &["cloudformation:UpdateStack"], Existing),
    path("apprunner-update", &["apprunner:UpdateService"], Existing),
    path("bedrock-session", &["bedrock-agentcore:StartCodeInterpreterSession", "bedrock-agentcore:InvokeCodeInterpreter"], Existing),
    path("stepfunctions-update", &["states:UpdateStateMachine", "states:StartExecution"], Existing),
];

#[cfg(all(test, feature = "catalog"))]
mod tests {
    use super::PATHS;
    use crate::catalog::Catalog;

    #[test]
    fn every_action_is_in_the_catalogue() {
        let catalog = Catalog::embedded().unwrap();
        for path in PATHS {
            for action in path.actions {
                let (prefix, name) = action.split_once(':').unwrap();
                let listed = catalog.action(prefix, name);
                assert!(listed.is_some_and(|it| it.name() == name), "{action} of {}", path.id);
            }
        }
    }
}
