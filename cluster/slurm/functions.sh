# What the jobs in this folder share; each sources it.

fail() {
    echo "$(basename "${BASH_SOURCE[-1]}"): $*" >&2
    exit 1
}

# The program, and the folder of the run on a disk that all nodes share (see `submit`).
dreamer=${DREAMER:?the path of the program: submit with cluster/slurm/submit}
shared=${DREAMER_RUN:?the folder of the run: submit with cluster/slurm/submit}
address=$shared/learner.json

# Whether the run is complete: its learner says so where it says its address.
is_complete() {
    grep -q '"complete" : true' "$address" 2>/dev/null
}

# Runs a command as a step of this job and waits for its end, whatever signals come meanwhile. Slurm tells the step's
# processes itself (preemption, --signal); what only this shell is told is passed on. dreamer takes both for one request.
# Sets `status`.
step() {
    trap 'kill -TERM "$child" 2>/dev/null || true' TERM USR1 HUP INT
    trap 'kill -USR2 "$child" 2>/dev/null || true' USR2
    # It takes the job's cores, which srun would not by itself since 22.05.
    SRUN_CPUS_PER_TASK=${SLURM_CPUS_PER_TASK:-1} srun --kill-on-bad-exit=0 "$@" </dev/null &
    child=$!
    status=0
    while kill -0 "$child" 2>/dev/null; do
        wait "$child" && status=0 || status=$?
    done
}

# Has Slurm run this job again from the start, with the same number. Until that takes effect the job must not end well, or
# it would count as done.
requeue() {
    local job=$SLURM_JOB_ID
    [[ -z ${SLURM_ARRAY_JOB_ID:-} ]] || job=${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID
    echo "stopped before the end: requeued (start $((${SLURM_RESTART_COUNT:-0} + 1)))"
    # Refused where Slurm is about to do so itself, or the job may not be requeued.
    scontrol requeue "$job" || exit 1
    sleep 600 &
    # Until Slurm ends this shell.
    wait $!
    exit 1
}

# The file that says that a rank of this start of a group was killed.
killed_note() {
    echo "$shared/killed-$SLURM_JOB_ID-${SLURM_RESTART_COUNT:-0}"
}

# --- A run on the node's own disk -------------------------------------------------------------------------------------
# SQLite wants a disk that is the node's own: the run is worked on there, and lies in $shared between two starts.

# How often the learner of the copy in folder $1 has started; 0 where there is none.
starts_of() {
    sed -n 's/.*"generation":\([0-9]*\).*/\1/p' "$1/run.json" 2>/dev/null | grep . || echo 0
}

# Brings the run from folder $1 to folder $2, unless what an earlier start of this job left on this node is as new: then
# the job was killed before it could bring it back.
fetch_run() {
    # Between two renames.
    [[ -d $1 || ! -d $1.old ]] || mv "$1.old" "$1"
    if [[ -d $2 ]] && (($(starts_of "$2") >= $(starts_of "$1"))); then return; fi
    rm -rf "$2" "$2.new"
    mkdir -p "$(dirname "$2")"
    [[ -d $1 ]] || return 0
    cp -a "$1" "$2.new"
    mv "$2.new" "$2"
}

# Brings it back, whole or not at all, and leaves nothing on the node. Nobody may use it meanwhile.
return_run() {
    rm -rf "$2.new"
    cp -a "$1" "$2.new"
    sync -f "$2.new"
    rm -rf "$2.old"
    [[ ! -d $2 ]] || mv "$2" "$2.old"
    mv "$2.new" "$2"
    sync -f "$2"
    rm -rf "$2.old" "$1"
}

# A folder on the node's own disk for run $1. The same for each start of this job on this node.
scratch_for() {
    local job=${SLURM_ARRAY_JOB_ID:-$SLURM_JOB_ID}
    echo "${DREAMER_SCRATCH:-${TMPDIR:-/tmp}}/dreamer-$UID-$SLURMD_NODENAME-$job-$1"
}
