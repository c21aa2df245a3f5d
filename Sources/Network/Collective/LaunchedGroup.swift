/// What whoever started this process says of a group that it belongs to.
package enum LaunchedGroup {
    /// How many processes were started together: 1 where it was started alone.
    ///
    /// mpirun of Open MPI and of MPICH say so themselves; under Slurm, srun does.
    package static func size(_ environment: [String: String]) -> Int {
        let names = ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "SLURM_STEP_NUM_TASKS"]
        return names.lazy.compactMap { environment[$0].flatMap(Int.init) }.first ?? 1
    }
}
