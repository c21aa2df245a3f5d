"""Turns the learner's and the actors' pods of a rendered overlay into programs that run them without a container engine.

    pod.py MANIFEST FOLDER

FOLDER/learner and FOLDER/actor take a root and a folder of volumes (FOLDER/NAME.volumes, made here with what config maps and
secrets hold), mount the ones in the other as the pod says, and become the container's process. Run them in a mount namespace of
their own, as root. What differs from a cluster: learner-0.learner is this machine.
"""

import base64
import os
import shlex
import sys

import yaml

POD_NAMES = {"StatefulSet": "learner-0", "Deployment": "actors-pod"}


def main(manifest: str, folder: str) -> None:
    with open(manifest, encoding="utf-8") as file:
        objects = [item for item in yaml.safe_load_all(file) if item]
    for name, kind in [("learner", "StatefulSet"), ("actor", "Deployment")]:
        (workload,) = [item for item in objects if item["kind"] == kind]
        volumes = os.path.join(folder, f"{name}.volumes")
        program = os.path.join(folder, name)
        os.makedirs(volumes)
        with open(program, "w", encoding="utf-8") as file:
            file.write(script(workload, objects, volumes))
        os.chmod(program, 0o755)


def script(workload: dict, objects: list, volumes: str) -> str:
    pod = workload["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    security = pod["securityContext"]
    assert security["runAsNonRoot"] and container["securityContext"]["readOnlyRootFilesystem"]
    assert container["securityContext"]["capabilities"]["drop"] == ["ALL"]
    user, group = security["runAsUser"], security["runAsGroup"]
    sources = {volume["name"]: volume for volume in pod["volumes"]}
    lines = [
        "#!/usr/bin/env bash",
        "set -euo pipefail",
        "root=$1 volumes=$2",
        "work=$(mktemp -d)",
        "trap 'rm -rf \"$work\"' EXIT",
        # The image's files below, what a container engine adds above.
        'mount -t tmpfs none "$work" && mkdir "$work/upper" "$work/changes" "$work/root"',
        'mount -t overlay -o "lowerdir=$root,upperdir=$work/upper,workdir=$work/changes" none "$work/root"',
        "printf '127.0.0.1 localhost learner-0.learner\\n' >\"$work/root/etc/hosts\"",
    ]
    for mount in container["volumeMounts"]:
        volume = os.path.join(volumes, mount["name"])
        os.makedirs(volume)
        fill(volume, sources.get(mount["name"], {}), objects, security["fsGroup"])
        place = f'"$work/root{mount["mountPath"]}"'
        lines.append(f'mkdir -p {place} && mount --bind "$volumes/{mount["name"]}" {place}')
        if mount.get("readOnly"):
            lines.append(f"mount -o remount,bind,ro {place}")
    variables = {
        item["name"]: POD_NAMES[workload["kind"]]
        for item in container.get("env", [])
        if item["valueFrom"]["fieldRef"]["fieldPath"] == "metadata.name"
    }
    arguments = [expand(argument, variables) for argument in container["args"]]
    lines += [
        'mount -t proc none "$work/root/proc"',
        'mount -o remount,ro "$work/root"',
        # The Dockerfile's entry point. What changes the root needs a right that it does not keep.
        'exec env -i PATH=/usr/bin:/bin /usr/sbin/chroot "$work/root" setpriv'
        f" --reuid={user} --regid={group} --clear-groups --inh-caps=-all --bounding-set=-all --no-new-privs"
        " /usr/bin/dreamer " + shlex.join(arguments),
    ]
    return "\n".join(lines) + "\n"


def fill(folder: str, volume: dict, objects: list, group: int) -> None:
    """Writes what a config map or a secret holds; a volume without either is the pod's to write."""
    content, mode = {}, 0o644
    if "configMap" in volume:
        content = {key: text.encode() for key, text in named(objects, volume["configMap"]["name"])["data"].items()}
    elif "secret" in volume:
        secret = named(objects, volume["secret"]["secretName"])
        content = {key: base64.b64decode(text) for key, text in secret["data"].items()}
        mode = volume["secret"]["defaultMode"]
    else:
        os.chown(folder, 0, group)
        os.chmod(folder, 0o2775)
    for key, value in content.items():
        path = os.path.join(folder, key)
        with open(path, "wb") as file:
            file.write(value)
        os.chown(path, 0, group)
        os.chmod(path, mode)


def named(objects: list, name: str) -> dict:
    (found,) = [item for item in objects if item["metadata"]["name"] == name]
    return found


def expand(text: str, variables: dict) -> str:
    """As a kubelet expands $(NAME)."""
    for name, value in variables.items():
        text = text.replace(f"$({name})", value)
    return text


main(*sys.argv[1:])
