using Surety.Repository.Errors;

namespace Surety.Cli;

/// <summary>What scripts see of an outcome. Part of the command-line contract (docs/cli.md): never renumber.</summary>
internal static class ExitCodes
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int Usage = 2;

    /// <summary>It was checked, and it is not equal, damaged or incomplete.</summary>
    public const int NotSound = 3;

    /// <summary>Refused: it needs a confirmation or an override.</summary>
    public const int Refused = 4;
    public const int NoRepository = 10;
    public const int Locked = 11;
    public const int WrongKey = 12;
    public const int Cancelled = 130;

    /// <summary>The one table from error to exit code. Every code is named, so that a new one cannot be forgotten.</summary>
    public static int Of(ErrorCode code) =>
        code switch
        {
            ErrorCode.InvalidArgument or ErrorCode.InvalidConfiguration => Usage,

            ErrorCode.RepositoryDamaged
            or ErrorCode.ObjectDamaged
            or ErrorCode.ObjectMissing
            or ErrorCode.RestoreIncomplete
            or ErrorCode.RehearsalFailed => NotSound,

            ErrorCode.TargetExists
            or ErrorCode.TargetNotEmpty
            or ErrorCode.RolesMissing
            or ErrorCode.RollbackRefused
            or ErrorCode.BackupProtected
            or ErrorCode.LastKey
            or ErrorCode.MigrationChanged
            or ErrorCode.MigrationUnfinished
            or ErrorCode.MigrationRefused
            or ErrorCode.AccessRefused
            or ErrorCode.RequestConflict
            or ErrorCode.ConfirmationNeeded => Refused,

            ErrorCode.RepositoryNotFound => NoRepository,
            ErrorCode.RepositoryLocked or ErrorCode.MigrationRunning => Locked,
            ErrorCode.WrongKey or ErrorCode.RepositoryNotEncrypted or ErrorCode.KeyFileUnusable => WrongKey,
            ErrorCode.Cancelled => Cancelled,

            ErrorCode.RepositoryExists
            or ErrorCode.RepositoryFormatUnknown
            or ErrorCode.RepositoryUnreadable
            or ErrorCode.RepositoryUnwritable
            or ErrorCode.RepositoryUnreachable
            or ErrorCode.RepositoryCredentials
            or ErrorCode.RepositoryAccessDenied
            or ErrorCode.ClockSkewed
            or ErrorCode.DiskFull
            or ErrorCode.BackupNotFound
            or ErrorCode.BackupAmbiguous
            or ErrorCode.BackupConflict
            or ErrorCode.KeyNotFound
            or ErrorCode.ConnectionFailed
            or ErrorCode.ConnectionLost
            or ErrorCode.AuthenticationFailed
            or ErrorCode.DatabaseNotFound
            or ErrorCode.PrivilegeMissing
            or ErrorCode.PoolerDetected
            or ErrorCode.ServerTooOld
            or ErrorCode.LockTimeout
            or ErrorCode.SchemaChanging
            or ErrorCode.QueryFailed
            or ErrorCode.ToolMissing
            or ErrorCode.ToolFailed
            or ErrorCode.ScratchServerFailed
            or ErrorCode.TableNotInBackup
            or ErrorCode.OutputUnwritable
            or ErrorCode.MigrationFailed
            or ErrorCode.ServerNotInstalled
            or ErrorCode.StateUnwritable
            or ErrorCode.StateInUse
            or ErrorCode.NotSignedIn
            or ErrorCode.RunNotFound
            or ErrorCode.ChannelNotFound
            or ErrorCode.AlertNotDelivered
            or ErrorCode.AddressUnknown
            or ErrorCode.RequestTooLarge
            or ErrorCode.RequestTypeUnsupported
            or ErrorCode.TooManyRequests
            or ErrorCode.TimedOut
            or ErrorCode.Internal => Failed,

            _ => throw new ArgumentOutOfRangeException(nameof(code), code, "an error code without an exit code"),
        };
}
