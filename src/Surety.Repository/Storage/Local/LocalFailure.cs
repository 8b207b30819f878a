using Surety.Repository.Errors;

namespace Surety.Repository.Storage.Local;

/// <summary>What the operating system's errors mean to somebody who has a repository in a folder.</summary>
internal static class LocalFailure
{
    // errno of Linux and macOS, HRESULT of Windows; .NET keeps them in HResult.
    private const int NoSpace = 28;
    private const int QuotaLinux = 122;
    private const int QuotaMac = 69;
    private const int DiskFullOnWindows = unchecked((int)0x80070070);

    public static bool IsStorage(Exception exception) => exception is IOException or UnauthorizedAccessException;

    public static SuretyException OnRead(Exception exception, string path) =>
        new(
            ErrorCode.RepositoryUnreadable,
            $"{path} cannot be read: {exception.Message}",
            "check that the disk is there and healthy, and that this user may read the repository",
            exception
        )
        {
            Object = path,
        };

    public static SuretyException OnWrite(Exception exception, string path) =>
        IsDiskFull(exception)
            ? new SuretyException(
                ErrorCode.DiskFull,
                $"the disk is full: {path} was not written",
                "free some space (surety prune removes what no backup needs), then run the command again",
                exception
            )
            {
                Object = path,
            }
            : new SuretyException(
                ErrorCode.RepositoryUnwritable,
                $"{path} cannot be written: {exception.Message}",
                "check that this user owns the repository and that its file system is not mounted read-only",
                exception
            )
            {
                Object = path,
            };

    private static bool IsDiskFull(Exception exception) =>
        exception is IOException && exception.HResult is NoSpace or QuotaLinux or QuotaMac or DiskFullOnWindows;
}
