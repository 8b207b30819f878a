using Surety.Core.Migrations.Check;
using Surety.Core.Migrations.Rehearsal;
using Surety.Core.Migrations.Rules;

namespace Surety.Cli.Output.Reports;

/// <summary>What <c>rehearse --json</c> prints. Part of the command-line contract (docs/cli.md): add, never change.</summary>
/// <param name="Backup">Null where the database was empty.</param>
/// <param name="Database">Which the backup is of; null likewise.</param>
internal sealed record RehearsalDocument(
    string? Backup,
    string? Database,
    string ServerVersion,
    string Role,
    bool SchemaOnly,
    string Risk,
    IReadOnlyList<RehearsedStatementDocument> Statements,
    IReadOnlyList<DroppedObject> DroppedObjects,
    long RowsLost,
    long ValuesLost,
    IReadOnlyList<TableLoss> Losses,
    IReadOnlyList<string> RewrittenTables,
    IReadOnlyList<LockDocumentEntry> Locks,
    double DurationSeconds,
    FailedStatement? Error,
    RehearsedDownDocument? Down,
    IReadOnlyList<string> Warnings
)
{
    public static RehearsalDocument Of(RehearsalReport report) =>
        new(
            report.Backup?.Id.ToString(),
            report.Backup?.Database,
            report.ServerVersion,
            report.Role,
            report.SchemaOnly,
            report.Risk.Word(),
            RehearsedStatementDocument.All(report.Up),
            [.. report.Up.Statements.SelectMany(s => s.Effects.Dropped)],
            report.Up.Losses.Sum(l => l.RowsLost),
            report.Up.Losses.Sum(l => l.ValuesLost),
            report.Up.Losses,
            [.. report.Up.Statements.SelectMany(s => s.Effects.Rewritten).Distinct()],
            [.. report.Up.Locks.Select(LockDocumentEntry.Of)],
            report.Up.DurationSeconds,
            report.Up.Failure,
            report.Down is { } down ? RehearsedDownDocument.Of(down, report.Return) : null,
            [.. report.Warnings]
        );
}

/// <param name="Observed">The risk of what was seen alone.</param>
/// <param name="Rule">Of <c>check</c>, as are the advice and, where nothing was seen, the reason.</param>
internal sealed record RehearsedStatementDocument(
    string File,
    int Line,
    string Sql,
    string Risk,
    string Observed,
    string? Rule,
    string? Reason,
    string? Advice,
    double DurationSeconds,
    IReadOnlyList<string> Reasons,
    StatementEffects Effects
)
{
    public static IReadOnlyList<RehearsedStatementDocument> All(ScriptsReport report) =>
        [.. report.Statements.Select(Of)];

    private static RehearsedStatementDocument Of(RehearsedStatement statement) =>
        new(
            statement.File,
            statement.Line,
            statement.Sql,
            statement.Risk.Word(),
            statement.Observed.Word(),
            FindingOf(statement)?.Rule.Name,
            statement.Reasons is [var first, ..] ? first : FindingOf(statement)?.Message,
            FindingOf(statement)?.Rule.Instead,
            statement.DurationSeconds,
            statement.Reasons,
            statement.Effects
        );

    private static Finding? FindingOf(RehearsedStatement statement) =>
        statement.Rating?.Findings.FirstOrDefault(f => f.Ignored is null);
}

/// <param name="Mode">As SQL has it: <c>ACCESS EXCLUSIVE</c>.</param>
internal sealed record LockDocumentEntry(string Table, string Mode, double HeldSeconds, string File, int Line)
{
    public static LockDocumentEntry Of(LockHold hold) =>
        new(hold.Table, hold.Mode.ToSql(), hold.HeldSeconds, hold.File, hold.Line);
}

/// <param name="Back">True where schema and rows are as before; null where the way down failed.</param>
internal sealed record RehearsedDownDocument(
    IReadOnlyList<RehearsedStatementDocument> Statements,
    double DurationSeconds,
    FailedStatement? Error,
    bool? Back,
    IReadOnlyList<string> Differences
)
{
    public static RehearsedDownDocument Of(ScriptsReport down, ReturnReport? back) =>
        new(
            RehearsedStatementDocument.All(down),
            down.DurationSeconds,
            down.Failure,
            back?.IsBack,
            [.. back?.Rows ?? [], .. back?.Schema ?? []]
        );
}
