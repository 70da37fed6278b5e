//! How a run ended, which is its exit code.

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitStatus {
    /// All is done: 0.
    Success,
    /// A product failed, or `--check` found changes: 1. Its file may be at fault.
    Failure,
    /// Wrong usage, or input that cannot be read: 2. To `try`, the product file is the input.
    Usage,
    /// What was read before cannot be read, or was rejected: 3, where details are asked for.
    Degraded,
    /// A change waits for a person: 4, where details are asked for.
    Held,
    /// Something changed, or would: 5, where details are asked for.
    Changed,
    /// The run was interrupted; every file is whole: 130.
    Interrupted,
}
