using Surety.Repository.Errors;

namespace Surety.Core.Configuration.Serving;

/// <summary>How a server writes what it logs.</summary>
public enum LogForm
{
    /// <summary>For people.</summary>
    Text,

    /// <summary>For programs: one JSON object a line.</summary>
    Json,
}

/// <summary>What <c>server</c> in <c>surety.yaml</c> says; variables are not yet expanded.</summary>
/// <param name="Urls">Where it listens, where the command line does not say.</param>
/// <param name="State">Folder of what a server alone remembers: its runs, the keys of its cookies.</param>
/// <param name="JobStore">A PostgreSQL database that several servers share; null for a server alone.</param>
/// <param name="Jobs">How many runs there are at once.</param>
/// <param name="CheckIn">How often servers that share a job store say that they are there.</param>
/// <param name="Grace">How long a run that is told to end may clean up before it is killed.</param>
/// <param name="Log">How it writes what it logs.</param>
/// <param name="Access">Who may do what.</param>
internal sealed record ServerSection(
    IReadOnlyList<ConfigurationValue> Urls,
    ConfigurationValue? State,
    ConfigurationValue? JobStore,
    int Jobs,
    TimeSpan CheckIn,
    TimeSpan Grace,
    LogForm Log,
    AccessSection Access
)
{
    private const int StandardJobs = 2;
    private static readonly TimeSpan StandardCheckIn = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StandardGrace = TimeSpan.FromSeconds(30);
    private static readonly string[] Keys =
    [
        "urls",
        "state",
        "job-store",
        "jobs",
        "check-in",
        "grace",
        "log",
        .. AccessSection.Keys,
    ];

    public static ServerSection Read(ConfigurationNode? node)
    {
        var fields = node?.Entries(Keys) ?? [];
        return new ServerSection(
            fields.Texts("urls"),
            fields.Text("state"),
            fields.Text("job-store"),
            fields.Number("jobs") ?? StandardJobs,
            fields.LastingTimerDuration("check-in", "5s") ?? StandardCheckIn,
            fields.LastingTimerDuration("grace", "30s") ?? StandardGrace,
            fields.Word<LogForm>("log") ?? LogForm.Text,
            AccessSection.Read(fields)
        );
    }
}

/// <summary>How a server runs. Not a record: the job store's address may hold a password.</summary>
public sealed class ServerSetting
{
    /// <summary>Empty where nothing is said: loopback, and the standard port.</summary>
    public required IReadOnlyList<string> Urls { get; init; }

    /// <summary>Full path of a folder, made where it is missing.</summary>
    public required string State { get; init; }

    /// <summary>For <c>ConnectionTargetParser</c>; null for a server alone.</summary>
    public required string? JobStore { get; init; }

    /// <summary>How many runs there are at once.</summary>
    public required int Jobs { get; init; }

    /// <summary>How often servers that share a job store say that they are there; one that was not heard of for some times is gone.</summary>
    public required TimeSpan CheckIn { get; init; }

    /// <summary>How long a run that is told to end may clean up before it is killed.</summary>
    public required TimeSpan Grace { get; init; }

    public required LogForm Log { get; init; }

    public required AccessSetting Access { get; init; }

    /// <exception cref="SuretyException"><see cref="ErrorCode.InvalidConfiguration"/>.</exception>
    internal static ServerSetting Of(ServerSection section, SettingsSources sources, string? folder) =>
        new()
        {
            Urls = [.. section.Urls.Select(url => url.Expand(sources.Environment))],
            State = section.State is { } state
                ? sources.FullPath(state.Expand(sources.Environment), folder!)
                : StandardState(sources),
            JobStore = section.JobStore?.Expand(sources.Environment),
            Jobs = section.Jobs,
            CheckIn = section.CheckIn,
            Grace = section.Grace,
            Log = section.Log,
            Access = AccessSetting.Of(section.Access, sources, folder),
        };

    /// <summary>What systemd names, else where programs of a user keep their state (XDG Base Directory Specification).</summary>
    private static string StandardState(SettingsSources sources) =>
        sources.Variable("STATE_DIRECTORY")
        ?? (sources.Variable("XDG_STATE_HOME") is { } home ? Path.Join(home, "surety") : null)
        ?? sources.FullPath("~/.local/state/surety", sources.WorkingDirectory);
}
