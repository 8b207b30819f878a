namespace Surety.Repository.Errors;

/// <summary>
/// Every way in which Surety can fail, by a name that never changes. The kebab-case form of the name is what
/// <c>--json</c> prints as <c>error.code</c>; docs/errors.md explains each; <c>ExitCodes</c> in Surety.Cli maps each to
/// an exit code.
/// </summary>
public enum ErrorCode
{
    // Usage and configuration.
    InvalidArgument,
    InvalidConfiguration,

    // Repository.
    RepositoryNotFound,
    RepositoryExists,
    RepositoryFormatUnknown,
    RepositoryDamaged,
    RepositoryUnreadable,
    RepositoryUnwritable,
    RepositoryUnreachable,
    RepositoryCredentials,
    RepositoryAccessDenied,
    ClockSkewed,
    RepositoryLocked,
    DiskFull,
    WrongKey,
    RepositoryNotEncrypted,
    KeyNotFound,
    LastKey,
    KeyFileUnusable,
    BackupNotFound,
    BackupAmbiguous,
    BackupConflict,
    BackupProtected,
    ObjectDamaged,
    ObjectMissing,

    // PostgreSQL and its tools.
    ConnectionFailed,
    ConnectionLost,
    AuthenticationFailed,
    DatabaseNotFound,
    PrivilegeMissing,
    PoolerDetected,
    ServerTooOld,
    LockTimeout,
    SchemaChanging,
    QueryFailed,
    ToolMissing,
    ToolFailed,
    ScratchServerFailed,

    // Restore.
    TargetExists,
    TargetNotEmpty,
    RolesMissing,
    RestoreIncomplete,
    TableNotInBackup,

    // Export.
    OutputUnwritable,

    // Rollback.
    RollbackRefused,

    // Migrations.
    MigrationChanged,
    MigrationUnfinished,
    MigrationRefused,
    MigrationFailed,
    MigrationRunning,
    RehearsalFailed,

    // Server.
    ServerNotInstalled,
    StateUnwritable,
    StateInUse,
    NotSignedIn,
    AccessRefused,
    RunNotFound,
    ChannelNotFound,
    AlertNotDelivered,
    AddressUnknown,
    RequestTooLarge,
    RequestTypeUnsupported,
    RequestConflict,
    TooManyRequests,

    // Control.
    ConfirmationNeeded,
    TimedOut,
    Cancelled,
    Internal,
}
