using Surety.Repository.Errors;
using Surety.Repository.Storage.Local;

namespace Surety.Server.Runs;

/// <summary>
/// The folder in which a server keeps what it knows. It is this server's alone before anything in it is read: one that is
/// still ending writes until the last moment. The system lets go of it when the process ends, however it ends.
/// </summary>
internal sealed class StateFolder : IDisposable
{
    private const string LockFile = "server.lock";

    // What .NET has in HResult where another process has a file: EWOULDBLOCK of Linux and macOS, a sharing violation of Windows.
    private static readonly int[] Taken = [11, 35, unchecked((int)0x80070020)];

    private readonly FileStream held;

    private StateFolder(string path, LocalBlobStore documents, FileStream held) =>
        (Path, Documents, this.held) = (path, documents, held);

    public string Path { get; }

    public LocalBlobStore Documents { get; }

    /// <summary>Makes the folder where it is missing, and takes it.</summary>
    /// <exception cref="SuretyException">StateInUse: another server has it. StateUnwritable: it cannot be used.</exception>
    public static StateFolder Open(string path)
    {
        try
        {
            var documents = LocalBlobStore.Create(path, TimeProvider.System);
            var file = System.IO.Path.Join(path, LockFile);
            var held = new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return new StateFolder(path, documents, held);
        }
        catch (IOException e) when (Taken.Contains(e.HResult))
        {
            throw new SuretyException(
                ErrorCode.StateInUse,
                $"another server uses the state folder {path}; nothing was started",
                "one that is still ending lets go of it by itself; to run several, give each a folder of its own with server.state, and one server.job-store to all",
                e
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SuretyException)
        {
            throw new SuretyException(
                ErrorCode.StateUnwritable,
                $"the state folder {path} cannot be used, and nothing was started: {e.Message}",
                "check that this user owns it, that its disk has room and is not mounted read-only, or name another with server.state",
                e
            );
        }
    }

    public void Dispose()
    {
        Documents.Dispose();
        held.Dispose();
    }
}
