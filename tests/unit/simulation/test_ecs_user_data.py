"""The cluster that user data names to the agent of ECS, in the forms that people write.

Sources: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/bootstrap_container_instance.html and
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/bootstrap_windows_container_instance.html
"""

from __future__ import annotations

import base64
import gzip

import pytest

from windsock.simulation.child.adjustments.ecs.user_data import named_cluster

HEREDOC = """#!/bin/bash
cat <<'EOF' >> /etc/ecs/ecs.config
ECS_CLUSTER=blue
ECS_LOGLEVEL=debug
EOF
"""
HEREDOC_AFTER = """#!/bin/bash
sudo tee -a /etc/ecs/ecs.config > /dev/null <<-END
\tECS_ENABLE_TASK_IAM_ROLE=true
\tECS_CLUSTER="blue"
\tEND
"""
OTHER_FILES = """#!/bin/bash -xe
export PATH=/usr/local/bin:$PATH
yum -y install jq
echo ECS_CLUSTER=stack-ecsCluster-15HJFWCH4SP67 >> /etc/ecs/ecs.config
cat <<EOF > /etc/init/logs.conf
start on started ecs
script
ECS_CLUSTER=\\$(curl -s http://localhost:51678/v1/metadata | jq .Cluster | tr -d \\")
cat /etc/ecs/ecs.config
end script
EOF
chmod +x /usr/local/bin/handler.sh
"""
GROUP = """#!/bin/bash
{
  echo "ECS_CLUSTER=blue"
  echo 'ECS_ENABLE_SPOT_INSTANCE_DRAINING=true'
} >> /etc/ecs/ecs.config
"""
CLOUD_CONFIG = """#cloud-config
write_files:
  - path: /etc/motd
    content: ECS_CLUSTER=red
  - path: /etc/ecs/ecs.config
    content: |
      ECS_LOGLEVEL=info
      ECS_CLUSTER=blue
"""
CLOUD_CONFIG_ENCODED = f"""#cloud-config
write_files:
- encoding: gz+b64
  path: /etc/ecs/ecs.config
  content: {base64.b64encode(gzip.compress(b"ECS_CLUSTER=blue")).decode()}
"""
CLOUD_CONFIG_COMMANDS = """#cloud-config
bootcmd:
  - [sh, -c, "echo ECS_CLUSTER=red >> /etc/ecs/ecs.config"]
runcmd:
  - echo ECS_CLUSTER=blue >> /etc/ecs/ecs.config
"""
MULTIPART = f"""Content-Type: multipart/mixed; boundary="==BOUNDARY=="
MIME-Version: 1.0

--==BOUNDARY==
Content-Type: text/cloud-config; charset="us-ascii"

#cloud-config
repo_update: true

--==BOUNDARY==
Content-Type: text/x-shellscript; charset="us-ascii"

{HEREDOC}
--==BOUNDARY==--
"""
POWERSHELL = """<powershell>
Import-Module ECSTools
Initialize-ECSAgent -Cluster {} -EnableTaskIAMRole -LoggingDrivers '["json-file","awslogs"]'
</powershell>"""


@pytest.mark.parametrize(
    ("user_data", "cluster"),
    [
        pytest.param("#!/bin/bash\necho ECS_CLUSTER=blue >> /etc/ecs/ecs.config", "blue", id="echo"),
        pytest.param('#!/bin/bash\necho "ECS_CLUSTER=blue" > /etc/ecs/ecs.config\n', "blue", id="quoted"),
        pytest.param(
            "#!/bin/bash\necho ECS_CLUSTER='blue'>>/etc/ecs/ecs.config;start ecs", "blue", id="value"
        ),
        pytest.param(
            '#!/bin/bash\necho -e "A=1\\nECS_CLUSTER=blue\\nB=2" >> /etc/ecs/ecs.config', "blue", id="-e"
        ),
        pytest.param("#! /bin/sh\necho ECS_CLUSTER=blue | sudo tee /etc/ecs/ecs.config", "blue", id="tee"),
        pytest.param(
            "#!/bin/bash\necho ECS_CLUSTER=blue \\\n  >> /etc/ecs/ecs.config", "blue", id="continued"
        ),
        pytest.param(
            '#!/bin/bash\ncluster="blue" # here\necho ECS_CLUSTER=$cluster >> /etc/ecs/ecs.config',
            "blue",
            id="variable",
        ),
        pytest.param(
            '#!/bin/bash\nname=a\ncluster="my-${name}"\necho ECS_CLUSTER=${cluster} >> /etc/ecs/ecs.config',
            "my-a",
            id="variables",
        ),
        pytest.param(HEREDOC, "blue", id="heredoc"),
        pytest.param(HEREDOC_AFTER, "blue", id="heredoc-after"),
        pytest.param(OTHER_FILES, "stack-ecsCluster-15HJFWCH4SP67", id="other-files"),
        pytest.param(GROUP, "blue", id="group"),
        pytest.param("#!/bin/bash\n# echo ECS_CLUSTER=x >> /etc/ecs/ecs.config", None, id="comment"),
        pytest.param("#!/bin/bash\nexport ECS_CLUSTER=blue", None, id="environment"),
        pytest.param(
            "#!/bin/bash\ndocker run -d --env=ECS_CLUSTER=blue amazon/amazon-ecs-agent:latest",
            "blue",
            id="docker",
        ),
        pytest.param(CLOUD_CONFIG, "blue", id="cloud-config"),
        pytest.param(CLOUD_CONFIG_ENCODED, "blue", id="cloud-config-encoded"),
        pytest.param(CLOUD_CONFIG_COMMANDS, "blue", id="cloud-config-commands"),
        pytest.param("#cloud-config\n  - broken: [", None, id="cloud-config-broken"),
        pytest.param("#cloud-config\njust text", None, id="cloud-config-text"),
        pytest.param(MULTIPART, "blue", id="multipart"),
        pytest.param(POWERSHELL.format("blue"), "blue", id="powershell"),
        pytest.param(POWERSHELL.format("'blue'"), "blue", id="powershell-quoted"),
        pytest.param(POWERSHELL.replace("-Cluster {} ", ""), "default", id="powershell-default"),
        pytest.param(
            '<powershell>[Environment]::SetEnvironmentVariable("ECS_CLUSTER", "blue")</powershell>',
            "blue",
            id="powershell-variable",
        ),
        pytest.param('[settings.ecs]\ncluster = "blue"\n', "blue", id="bottlerocket"),
        pytest.param("[settings.host-containers.admin]\nenabled = true\n", None, id="bottlerocket-other"),
        pytest.param("[ -f /tmp/x ] && true", None, id="not-toml"),
        pytest.param("", None, id="none"),
    ],
)
def test_the_cluster_that_is_named(user_data: str, cluster: str | None) -> None:
    assert named_cluster(user_data.encode()) == cluster


def test_user_data_may_be_compressed() -> None:
    assert named_cluster(gzip.compress(HEREDOC.encode())) == "blue"
