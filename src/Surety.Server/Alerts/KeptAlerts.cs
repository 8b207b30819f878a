using System.Data.Common;
using Surety.Repository.Errors;
using Surety.Server.Runs;

namespace Surety.Server.Alerts;

/// <summary>
/// The book as servers remember it: one that starts or takes over goes on from there, and those that leave telling to another
/// one show it.
/// </summary>
internal sealed class KeptAlerts(IServerMemory memory, TimeProvider clock, ILogger log)
{
    /// <summary>Kept so often though nothing changes: those who only show it know by that how old it is.</summary>
    public static readonly TimeSpan Pace = TimeSpan.FromMinutes(5);
    private const string Name = "alerts";

    private DateTimeOffset? keptAt;

    /// <summary>True where it has to be kept though nothing changed.</summary>
    public bool IsDue => keptAt is not { } last || clock.GetUtcNow() - last >= Pace;

    /// <summary>Empty where nothing is kept.</summary>
    public async Task<AlertBook> ReadAsync(CancellationToken cancellationToken)
    {
        // Somebody else keeps it now, or did.
        keptAt = null;
        return AlertBook.FromJson(await memory.ReadAsync(Name, cancellationToken));
    }

    /// <summary>Null, and a line in the log, where it cannot be read.</summary>
    public async Task<AlertBook?> TryReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await ReadAsync(cancellationToken);
        }
        catch (Exception e) when (IsFailure(e))
        {
            log.AlertsNotKept(e.Message);
            return null;
        }
    }

    /// <summary>A line in the log where it cannot be kept; then it stays due.</summary>
    public async Task TryWriteAsync(AlertBook book, CancellationToken cancellationToken)
    {
        try
        {
            await memory.WriteAsync(Name, book.ToJson(), cancellationToken);
            keptAt = clock.GetUtcNow();
        }
        catch (Exception e) when (IsFailure(e))
        {
            keptAt = null;
            log.AlertsNotKept(e.Message);
        }
    }

    public static bool IsFailure(Exception e) =>
        e is SuretyException or DbException or IOException or UnauthorizedAccessException;
}
