using Surety.Core.Configuration.Serving;
using Surety.Repository.Errors;

namespace Surety.Server.Runs;

/// <summary>A server's hold on its state folder, in which it finds nothing left of runs that ended with another server. The system lets go of it when the process ends, however it ends.</summary>
internal sealed class StateFolderLock(ServerSetting server, RunFolder folders) : IHostedService, IDisposable
{
    private FileStream? file;

    /// <exception cref="SuretyException"><see cref="ErrorCode.InvalidConfiguration"/>: another server has it.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            var path = Path.Join(server.State, "server.lock");
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            folders.RemoveLeftovers();
            return Task.CompletedTask;
        }
        catch (IOException e)
        {
            throw new SuretyException(
                ErrorCode.InvalidConfiguration,
                $"another server uses the state folder {server.State}; nothing was started",
                "give each server a folder of its own with server.state, and one server.job-store to all",
                e
            );
        }
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose() => file?.Dispose();
}
