using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Surety.Core.Configuration;
using Surety.Core.Configuration.Serving;
using Surety.Repository.Errors;
using Surety.Repository.Manifests;
using Surety.Repository.Retention;
using Surety.Server.Auth;
using Surety.Server.Runs;
using Surety.Server.Served;

namespace Surety.Server.Operations;

/// <summary>
/// The one way from what somebody asks for to a run: whether he may, whether what it destroys was named, and that the backup
/// is one of this database. The API and the pages come here; what schedules do is nobody's request.
/// </summary>
public sealed class OperationDesk(
    ServedDatabases databases,
    RepositoryViews views,
    RunQueue queue,
    IRunStore runs,
    ServerJournal journal,
    SuretySettings settings,
    ILogger<OperationDesk> log
)
{
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromDays(30);

    /// <summary>Takes a request in as a run.</summary>
    /// <param name="principal">Who asks.</param>
    /// <param name="subject">What it is about, as he names it.</param>
    /// <param name="request">What is to be done.</param>
    /// <param name="idempotencyKey">Two requests of one principal with one key are one run; null for none.</param>
    /// <param name="cancellationToken">For taking it in; the run goes on without whoever asked.</param>
    /// <exception cref="SuretyException">
    /// AccessRefused, DatabaseNotFound, BackupNotFound or BackupAmbiguous, ConfirmationNeeded, InvalidArgument, RequestConflict;
    /// those of the repository where it cannot be read. Nothing was done.
    /// </exception>
    public async Task<Run> SubmitAsync(
        ClaimsPrincipal principal,
        OperationSubject subject,
        OperationRequest request,
        string? idempotencyKey = null,
        CancellationToken cancellationToken = default
    )
    {
        var database = Allowed(principal, subject, request);
        if (request is DestructiveRequest { Destroys: true } destructive)
        {
            RequireTyped(destructive, database.DatabaseName, principal);
        }

        var digest = DigestOf(subject, request);
        var wanted = new RunRequest
        {
            Operation = request.Operation,
            Database = database.Name,
            IsOfAllDatabases = request.IsOfAllDatabases,
            Arguments = await ArgumentsAsync(database, subject, request, cancellationToken),
            Scripts = request.Scripts,
            HasOutput = request.HasOutput,
            RequestedBy = principal.RequestedBy(),
            IdempotencyKey = idempotencyKey is null ? null : KeyOf(principal, idempotencyKey),
            RequestDigest = idempotencyKey is null ? null : digest,
            Timeout = TimeoutOf(request),
        };
        var run = await queue.SubmitAsync(wanted, cancellationToken);
        return run.Request.RequestDigest == wanted.RequestDigest ? run : throw AnotherRequest(run);
    }

    /// <summary>Cancels a run: one's own as operator, any as admin. A run that has ended stays as it is.</summary>
    /// <exception cref="SuretyException">RunNotFound, AccessRefused.</exception>
    public async Task<Run> CancelAsync(ClaimsPrincipal principal, RunId id, CancellationToken cancellationToken)
    {
        var run = await FindRunAsync(principal, id, cancellationToken);
        var isOwn = run.Request.RequestedBy == principal.RequestedBy();
        var role = isOwn ? AccessRole.Operator : AccessRole.Admin;
        if (!principal.MayUse(run.Request.Database, role))
        {
            throw Refused(principal, $"cancel a run of {run.Request.RequestedBy}", role, run.Request.Database);
        }

        var (cancelled, isNew) = await queue.CancelAsync(id, principal.RequestedBy(), cancellationToken);
        if (isNew)
        {
            await journal.RecordCancelAsync(cancelled!);
        }

        return cancelled ?? throw NoRun(id);
    }

    /// <summary>A run that somebody may see.</summary>
    /// <exception cref="SuretyException">RunNotFound, also where there is one that is not for him.</exception>
    public async Task<Run> FindRunAsync(ClaimsPrincipal principal, RunId id, CancellationToken cancellationToken) =>
        await runs.FindAsync(id, cancellationToken) is { } run && principal.MayUse(run.Concerns, AccessRole.Viewer)
            ? run
            : throw NoRun(id);

    /// <summary>The newest runs that somebody may see: as many as the filter wants, though others have newer ones.</summary>
    /// <param name="principal">Who looks.</param>
    /// <param name="filter">Which ones.</param>
    /// <param name="before">Those that come after this run; null for the newest.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="SuretyException">
    /// AccessRefused, DatabaseNotFound: the filter names a database that is not for him. RunNotFound: of <paramref name="before"/>.
    /// </exception>
    public async Task<RunPage> ListRunsAsync(
        ClaimsPrincipal principal,
        RunFilter filter,
        RunId? before = null,
        CancellationToken cancellationToken = default
    )
    {
        var filters = FiltersOf(principal, filter with { Limit = filter.Limit + 1 });
        RunPosition? from = before is { } id
            ? RunPosition.Of(await FindRunAsync(principal, id, cancellationToken))
            : null;
        var seen = new List<Run>();
        bool isMore;
        do
        {
            var lists = await Task.WhenAll(
                filters.Select(each => runs.ListAsync(each with { Before = from }, cancellationToken))
            );
            // Of several lists only so many are sure to be the next ones.
            var next = lists.SelectMany(list => list).OrderByDescending(RunPosition.Of).Take(filter.Limit + 1).ToList();
            seen.AddRange(next.Where(run => principal.MayUse(run.Concerns, AccessRole.Viewer)));
            isMore = next.Count > filter.Limit;
            from = isMore ? RunPosition.Of(next[^1]) : null;
        } while (isMore && seen.Count <= filter.Limit);

        return new RunPage([.. seen.Take(filter.Limit)], seen.Count > filter.Limit);
    }

    /// <summary>A database of the configuration that somebody may see.</summary>
    /// <exception cref="SuretyException">AccessRefused, DatabaseNotFound.</exception>
    public ServedDatabase FindDatabase(ClaimsPrincipal principal, string name, AccessRole role = AccessRole.Viewer) =>
        !principal.MayUse(name, role)
            ? throw Refused(principal, "use it", role, name)
            : databases.Find(name)
                ?? throw new SuretyException(
                    ErrorCode.DatabaseNotFound,
                    $"the configuration names no database '{name}'; nothing was done",
                    "GET /api/v1/databases lists them"
                );

    /// <summary>The backup of a database that is meant.</summary>
    /// <param name="database">Whose.</param>
    /// <param name="wanted">Id, any unique prefix of it, or <c>latest</c>.</param>
    /// <exception cref="SuretyException">As <see cref="BackupChoice.Choose"/>; a backup of another database is not found.</exception>
    public async Task<Manifest> FindBackupAsync(
        ServedDatabase database,
        string wanted,
        CancellationToken cancellationToken
    )
    {
        var view = await views.ReadAsync(database, cancellationToken);
        var found = BackupChoice.Choose(wanted, database.DatabaseName, view.Backups, view.Name);
        return found.Database == database.DatabaseName ? found : throw BackupChoice.NotFound(wanted, view.Name);
    }

    private List<RunFilter> FiltersOf(ClaimsPrincipal principal, RunFilter filter) =>
        filter.Database is { } one ? [filter with { Database = FindDatabase(principal, one).Name }]
        : principal.MayUseAll(AccessRole.Viewer) ? [filter]
        :
        [
            .. databases
                .All.Where(served => principal.MayUse(served.Name, AccessRole.Viewer))
                .Select(served => filter with { Database = served.Name }),
        ];

    private ServedDatabase Allowed(ClaimsPrincipal principal, OperationSubject subject, OperationRequest request) =>
        request.IsOfAllDatabases && !principal.MayUseAll(request.Role)
            ? throw Refused(principal, $"{request.Operation} what all databases have", request.Role, database: null)
        : principal.MayUse(subject.Database, request.Role) ? FindDatabase(principal, subject.Database)
        : throw Refused(principal, request.Operation, request.Role, subject.Database);

    private void RequireTyped(DestructiveRequest request, string databaseName, ClaimsPrincipal principal)
    {
        if (request.Confirm == databaseName)
        {
            return;
        }

        log.NotConfirmed(principal.RequestedBy(), request.Operation, databaseName);
        throw new SuretyException(
            ErrorCode.ConfirmationNeeded,
            request.Confirm is null
                ? $"{request.Operation} needs the typed name of the database; nothing was changed"
                : $"'{request.Confirm}' is not the name of the database; nothing was changed",
            $"to go on, confirm with its name on its server: {databaseName}"
        );
    }

    private async Task<IReadOnlyList<string>> ArgumentsAsync(
        ServedDatabase database,
        OperationSubject subject,
        OperationRequest request,
        CancellationToken cancellationToken
    )
    {
        if (request is CopyRequest copy && !settings.RepositoryNames.Contains(copy.To))
        {
            throw new SuretyException(
                ErrorCode.InvalidArgument,
                $"the configuration names no repository '{copy.To}'; nothing was done",
                $"it names {string.Join(", ", settings.RepositoryNames)}"
            );
        }

        var context = new OperationContext(
            database.DatabaseName,
            await BackupOfAsync(database, subject, request, cancellationToken),
            request.OtherBackup is { } other
                ? $"{(await FindBackupAsync(database, other, cancellationToken)).Id}"
                : null
        );
        var arguments = new CommandArguments();
        request.Write(arguments, context);
        return arguments.All;
    }

    private async Task<string?> BackupOfAsync(
        ServedDatabase database,
        OperationSubject subject,
        OperationRequest request,
        CancellationToken cancellationToken
    )
    {
        if (!request.NeedsBackup)
        {
            return null;
        }

        var wanted =
            subject.Backup ?? request.DefaultBackup ?? throw new ArgumentException("names no backup", nameof(subject));
        return request.IsOfForgotten
            ? await FindForgottenAsync(database, wanted, cancellationToken)
            : $"{(await FindBackupAsync(database, wanted, cancellationToken)).Id}";
    }

    private async Task<string> FindForgottenAsync(
        ServedDatabase database,
        string wanted,
        CancellationToken cancellationToken
    )
    {
        using var opened = await views.OpenAsync(database.Repository, cancellationToken);
        var found = await opened.Repository.Forgotten.FindAsync(wanted, cancellationToken);
        return found.Database == database.DatabaseName
            ? found.Id.ToString()
            : throw BackupChoice.NotFound(wanted, opened.Repository.Store.Location);
    }

    private SuretyException Refused(ClaimsPrincipal principal, string what, AccessRole role, string? database)
    {
        log.Refused(principal.RequestedBy(), what, database);
        var place = database is null ? "for all databases" : $"for database {database}";
        return new SuretyException(
            ErrorCode.AccessRefused,
            $"{principal.RequestedBy()} may not {what}; nothing was done",
            $"it takes the role {role.ToString().ToLowerInvariant()} {place}"
        );
    }

    private static TimeSpan? TimeoutOf(OperationRequest request) =>
        request.Timeout is not { } text ? ScheduleSection.StandardTimeout
        : DurationText.TryParse(text, out var timeout) && timeout <= LongestTimeout
            ? timeout > TimeSpan.Zero ? timeout
                : null
        : throw new SuretyException(
            ErrorCode.InvalidArgument,
            $"'{text}' is no duration for timeout; nothing was done",
            "write 90s, 30m, 2h or 0, at most 30d"
        );

    /// <summary>Nobody meets another's key by chance or on purpose.</summary>
    private static string KeyOf(ClaimsPrincipal principal, string key) => Hash($"{principal.RequestedBy()}\n{key}");

    private static string DigestOf(OperationSubject subject, OperationRequest request) =>
        Hash(
            $"{subject.Database}\n{subject.Backup}\n{request.GetType().Name}\n{JsonSerializer.Serialize(request, request.GetType())}"
        );

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static SuretyException AnotherRequest(Run run) =>
        new(
            ErrorCode.RequestConflict,
            $"another request with this idempotency key is run {run.Id}; nothing was done for this one",
            "take a new key for each request, and the same one only to repeat it"
        );

    private static SuretyException NoRun(RunId id) =>
        new(ErrorCode.RunNotFound, $"there is no run {id}", "GET /api/v1/runs lists them; old ones are forgotten");
}

/// <param name="Runs">The newest first.</param>
/// <param name="HasOlder">True where there are more after them.</param>
public sealed record RunPage(IReadOnlyList<Run> Runs, bool HasOlder);
