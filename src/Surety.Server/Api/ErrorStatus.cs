using Surety.Repository.Errors;

namespace Surety.Server.Api;

/// <summary>What HTTP calls a failure.</summary>
internal static class ErrorStatus
{
    /// <summary>The one table from error to status. Every code is named, so that a new one cannot be forgotten.</summary>
    public static int Of(ErrorCode code) =>
        code switch
        {
            ErrorCode.InvalidArgument => StatusCodes.Status400BadRequest,
            ErrorCode.NotSignedIn => StatusCodes.Status401Unauthorized,
            ErrorCode.AccessRefused => StatusCodes.Status403Forbidden,

            ErrorCode.BackupNotFound
            or ErrorCode.DatabaseNotFound
            or ErrorCode.TableNotInBackup
            or ErrorCode.KeyNotFound
            or ErrorCode.RunNotFound
            or ErrorCode.ChannelNotFound
            or ErrorCode.AddressUnknown => StatusCodes.Status404NotFound,

            // It was understood, and what is there stands against it.
            ErrorCode.BackupAmbiguous
            or ErrorCode.BackupConflict
            or ErrorCode.BackupProtected
            or ErrorCode.RepositoryExists
            or ErrorCode.LastKey
            or ErrorCode.TargetExists
            or ErrorCode.TargetNotEmpty
            or ErrorCode.RolesMissing
            or ErrorCode.RollbackRefused
            or ErrorCode.MigrationChanged
            or ErrorCode.MigrationUnfinished
            or ErrorCode.MigrationRefused
            or ErrorCode.ConfirmationNeeded
            or ErrorCode.Cancelled => StatusCodes.Status409Conflict,

            ErrorCode.RequestTooLarge => StatusCodes.Status413PayloadTooLarge,
            ErrorCode.RequestTypeUnsupported => StatusCodes.Status415UnsupportedMediaType,

            ErrorCode.RequestConflict
            or ErrorCode.RehearsalFailed
            or ErrorCode.MigrationFailed
            or ErrorCode.QueryFailed => StatusCodes.Status422UnprocessableEntity,

            ErrorCode.RepositoryLocked or ErrorCode.MigrationRunning or ErrorCode.LockTimeout =>
                StatusCodes.Status423Locked,
            ErrorCode.TooManyRequests => StatusCodes.Status429TooManyRequests,

            // Of the databases and repositories behind this server: later, or elsewhere, it may go.
            ErrorCode.RepositoryUnreachable
            or ErrorCode.RepositoryUnreadable
            or ErrorCode.RepositoryUnwritable
            or ErrorCode.DiskFull
            or ErrorCode.ConnectionFailed
            or ErrorCode.ConnectionLost
            or ErrorCode.SchemaChanging => StatusCodes.Status503ServiceUnavailable,
            ErrorCode.AlertNotDelivered => StatusCodes.Status502BadGateway,
            ErrorCode.TimedOut => StatusCodes.Status504GatewayTimeout,

            // What whoever runs this server has to mend.
            ErrorCode.InvalidConfiguration
            or ErrorCode.RepositoryNotFound
            or ErrorCode.RepositoryFormatUnknown
            or ErrorCode.RepositoryDamaged
            or ErrorCode.RepositoryCredentials
            or ErrorCode.RepositoryAccessDenied
            or ErrorCode.ClockSkewed
            or ErrorCode.WrongKey
            or ErrorCode.RepositoryNotEncrypted
            or ErrorCode.KeyFileUnusable
            or ErrorCode.ObjectDamaged
            or ErrorCode.ObjectMissing
            or ErrorCode.AuthenticationFailed
            or ErrorCode.PrivilegeMissing
            or ErrorCode.PoolerDetected
            or ErrorCode.ServerTooOld
            or ErrorCode.ToolMissing
            or ErrorCode.ToolFailed
            or ErrorCode.ScratchServerFailed
            or ErrorCode.RestoreIncomplete
            or ErrorCode.OutputUnwritable
            or ErrorCode.ServerNotInstalled
            or ErrorCode.StateUnwritable
            or ErrorCode.StateInUse
            or ErrorCode.Internal => StatusCodes.Status500InternalServerError,

            _ => throw new ArgumentOutOfRangeException(nameof(code), code, "an error code without a status"),
        };

    /// <summary>What a status means where nothing else is known.</summary>
    public static ErrorCode CodeOf(int status) =>
        status switch
        {
            StatusCodes.Status401Unauthorized => ErrorCode.NotSignedIn,
            StatusCodes.Status403Forbidden => ErrorCode.AccessRefused,
            StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed => ErrorCode.AddressUnknown,
            StatusCodes.Status413PayloadTooLarge => ErrorCode.RequestTooLarge,
            StatusCodes.Status415UnsupportedMediaType => ErrorCode.RequestTypeUnsupported,
            StatusCodes.Status429TooManyRequests => ErrorCode.TooManyRequests,
            >= 500 => ErrorCode.Internal,
            _ => ErrorCode.InvalidArgument,
        };
}
