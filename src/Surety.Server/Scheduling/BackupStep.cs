using Surety.Core.Configuration.Serving;
using Surety.Server.Runs;

namespace Surety.Server.Scheduling;

/// <summary>One thing that follows a backup.</summary>
internal sealed record BackupStep(string Operation, IReadOnlyList<string> Arguments)
{
    private const string Verify = "verify";

    /// <summary>All steps, in their order.</summary>
    /// <param name="section">What is configured.</param>
    /// <param name="backup">Id of the backup that they follow.</param>
    /// <param name="prune">Whose backups are pruned, by the name that manifests have; null for nobody's.</param>
    public static IReadOnlyList<BackupStep> All(AfterBackupSection section, string backup, string? prune)
    {
        var steps = new List<BackupStep>();
        if (section.Verify)
        {
            steps.Add(new(Verify, [backup]));
        }

        steps.AddRange(section.CopyTo.Select(target => new BackupStep("copy", [backup, "--to", target])));
        if (section.Prune && prune is not null)
        {
            steps.Add(new("prune", ["--yes", "--database", prune]));
        }

        if (section.Drill is not null)
        {
            steps.Add(new("drill", [backup]));
        }

        return steps;
    }

    /// <summary>
    /// The first step that was not tried yet. A step that failed does not stop the others, but nothing follows a backup that was
    /// not found sound: a copy of damage, or a prune of the backups that it was to replace, would make things worse.
    /// </summary>
    /// <param name="steps">All steps.</param>
    /// <param name="done">The runs that followed the backup already.</param>
    public static BackupStep? Next(IReadOnlyList<BackupStep> steps, IReadOnlyList<Run> done)
    {
        if (done.Any(run => run.Request.Operation == Verify && run.State != RunState.Done))
        {
            return null;
        }

        return steps.FirstOrDefault(step => !done.Any(step.IsThat));
    }

    /// <summary>The step as a run, the same for whoever asks for it.</summary>
    /// <param name="backup">What it follows.</param>
    /// <param name="timeout">After which it is ended; null for never.</param>
    public RunRequest Follow(Run backup, TimeSpan? timeout) =>
        new()
        {
            Operation = Operation,
            Arguments = Arguments,
            Database = backup.Request.Database,
            // The configuration asks for it: whoever asked for the backup need not be one who may prune.
            RequestedBy = $"after-backup ({backup.Request.RequestedBy})",
            Parent = backup.Id,
            IdempotencyKey = $"after {backup.Id} {Operation} {string.Join(' ', Arguments)}",
            IsOnce = backup.Request.IsOnce,
            Timeout = timeout,
        };

    private bool IsThat(Run run) =>
        run.Request.Operation == Operation && run.Request.Arguments.SequenceEqual(Arguments);
}
