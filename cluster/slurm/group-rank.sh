# One rank of a group of learners, on its node: brings its part of the run, works on it, and brings it back, also when the rank was killed.
set -euo pipefail
source "$DREAMER_CLUSTER/functions.sh"

rank=$SLURM_PROCID
logdir=$(scratch_for "rank-$rank")
# Of rank 0 it is the directory itself; the others have theirs in it.
mine=$logdir
((rank == 0)) || mine=$logdir/rank-$rank
fetch_run "$shared/rank-$rank" "$mine"
"$dreamer" learner --logdir "$logdir" --listen 0.0.0.0:0 --address-file "$address" --advertise "$(hostname)" \
    --tls "$shared/tls" --token-file "$shared/token" --progress json "$@" </dev/null &
child=$!
# What only this shell is told is passed on; dreamer takes both for one request.
trap 'kill -TERM "$child" 2>/dev/null || true' TERM USR1 HUP INT
trap 'kill -USR2 "$child" 2>/dev/null || true' USR2

# Without a word a rank ends only where it was killed. Those that wait for it are then ended, too.
killed=$(killed_note)
while kill -0 "$child" 2>/dev/null; do
    [[ ! -e $killed ]] || kill -KILL "$child" 2>/dev/null || true
    sleep 1
done
wait "$child" && status=0 || status=$?
((status <= 128)) || touch "$killed"
return_run "$mine" "$shared/rank-$rank"
((rank == 0)) || rm -rf "$logdir"
exit "$status"
