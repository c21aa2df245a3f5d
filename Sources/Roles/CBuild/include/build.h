/// From which commit this program was built; empty where nobody has written it down.
///
/// `scripts/package` writes it into the finished program (section `.dreamer.commit`): compiled in, it would have everything
/// linked again after each commit.
const char *build_commit(void);
