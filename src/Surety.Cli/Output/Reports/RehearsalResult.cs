using System.Text;
using Surety.Core.Migrations.Rehearsal;
using Surety.Core.Migrations.Rules;

namespace Surety.Cli.Output.Reports;

/// <summary>What <c>surety rehearse</c> tells: what happened first, then what each statement did, then for how long others waited.</summary>
internal static class RehearsalResult
{
    private const int LongestSql = 100;
    private const int ListedLocks = 10;
    private const int ListedObjects = 10;

    public static CommandResult Of(RehearsalReport report, RiskLevel failOn) =>
        CommandResult.Of(
            RehearsalDocument.Of(report),
            Documents.Json.RehearsalDocument,
            Text(report),
            report.Failure is not null || (failOn != RiskLevel.None && report.Risk >= failOn)
                ? ExitCodes.NotSound
                : ExitCodes.Done
        );

    private static string Text(RehearsalReport report)
    {
        var text = new StringBuilder();
        Verdict(text, report);
        Scripts(text, report.Up);
        if (report.Down is { } down)
        {
            text.Append("\nway down\n");
            Scripts(text, down);
        }

        Return(text, report);
        foreach (var warning in report.Warnings)
        {
            text.Append($"WARNING: {warning}\n");
        }

        return text.Append($"the {(report.Backup is null ? "database" : "copy")} is removed\n").ToString();
    }

    private static void Verdict(StringBuilder text, RehearsalReport report)
    {
        var what = $"{Units.Count(report.Up.Statements.Count, "statement")} in {Seconds(report.Up.DurationSeconds)}";
        var (rows, values) = (report.Up.Losses.Sum(l => l.RowsLost), report.Up.Losses.Sum(l => l.ValuesLost));
        var lost =
            report.Backup is null ? "no rows to lose were there"
            : report.SchemaOnly ? "no rows to lose were there (--schema-only)"
            : rows + values == 0 ? "no row and no value lost"
            : $"{Units.Count(rows, "row")} and {Units.Count(values, "value")} lost";
        text.Append(
            report.Up.Failure is null
                ? $"RISK {report.Risk.Word().ToUpperInvariant()}: {what}, {lost}\n"
                : $"FAILED after {what}\n"
        );
        text.Append(
            report.Backup is { } backup
                ? $"  on a copy of backup {backup.Id} of {backup.Database}, "
                : "  in an empty database, "
        );
        text.Append($"PostgreSQL {report.ServerVersion}, as {report.Role}\n");
    }

    private static void Scripts(StringBuilder text, ScriptsReport report)
    {
        // In the order in which they ran: a script can include others.
        var shown = "";
        foreach (var statement in report.Statements)
        {
            Begin(statement.File);
            Statement(text, statement);
        }

        if (report.Failure is { } failure)
        {
            Begin(failure.File);
            Failure(text, failure);
        }

        Locks(text, report);

        void Begin(string file)
        {
            text.Append(file == shown ? "" : $"\n{file}\n");
            shown = file;
        }
    }

    private static void Statement(StringBuilder text, RehearsedStatement statement)
    {
        var risk = statement.Risk.Word();
        text.Append(
            $"  {risk, -6}  {statement.Line, 4}  {Shortened(statement.Sql)}  ({Seconds(statement.DurationSeconds)})\n"
        );
        foreach (var reason in statement.Reasons.Take(ListedObjects))
        {
            text.Append($"                {reason}\n");
        }

        if (statement.Risk > statement.Observed)
        {
            var finding = statement.Rating!.Findings.First(f => f.Ignored is null);
            text.Append($"                by its text: {finding.Message} ({finding.Rule})\n");
        }

        foreach (var index in statement.Effects.IndexesBuilt)
        {
            text.Append($"                index {index.Name} built, {Units.Bytes(index.Bytes)}\n");
        }

        if (statement.Reasons.Count > ListedObjects)
        {
            text.Append($"                ... and {statement.Reasons.Count - ListedObjects} more\n");
        }
    }

    private static void Failure(StringBuilder text, FailedStatement failure)
    {
        text.Append($"  FAILED  {failure.Line, 4}  {Shortened(failure.Sql)}\n");
        text.Append($"                {failure.Message} (SQLSTATE {failure.SqlState})\n");
        if (failure.Detail is { } detail)
        {
            text.Append($"                {detail}\n");
        }

        if (failure.Hint is { } hint)
        {
            text.Append($"                HINT: {hint}\n");
        }

        if (failure.Rows is { } rows)
        {
            text.Append($"                {Units.Count(rows.Count, "row")} of {rows.Table} {rows.What}\n");
            foreach (var row in rows.Sample)
            {
                text.Append($"                  {row}\n");
            }

            if (rows.Count > rows.Sample.Count && rows.Sample.Count > 0)
            {
                text.Append($"                  ... and {Units.Count(rows.Count - rows.Sample.Count)} more\n");
            }
        }
    }

    private static void Locks(StringBuilder text, ScriptsReport report)
    {
        var blocking = report.Locks.Where(l => l.Mode.BlocksWriters() && !IsWithin(l, report.Locks)).ToList();
        if (blocking.Count == 0)
        {
            return;
        }

        text.Append("\nlocks that keep others waiting, on this machine and these rows\n");
        foreach (var hold in blocking.Take(ListedLocks))
        {
            var who = hold.Mode.BlocksReaders() ? "readers and writers wait" : "writers wait";
            text.Append(
                $"  {Seconds(hold.HeldSeconds), -8}  {hold.Table}  {hold.Mode.ToSql()} ({who}), from {hold.File}:{hold.Line}\n"
            );
        }

        if (blocking.Count > ListedLocks)
        {
            text.Append($"  ... and {blocking.Count - ListedLocks} more\n");
        }
    }

    /// <summary>A weaker lock on the same table says nothing more while a stronger one is held.</summary>
    private static bool IsWithin(LockHold hold, IEnumerable<LockHold> all) =>
        all.Any(l => l.Table == hold.Table && l.Mode > hold.Mode && l.HeldSeconds >= hold.HeldSeconds);

    private static void Return(StringBuilder text, RehearsalReport report)
    {
        if (report.Return is not { } way)
        {
            return;
        }

        text.Append(
            way.IsBack
                ? $"\nBACK: up and down again, schema{(way.RowsCompared ? " and rows are" : " is")} as before\n"
                : "\nNOT BACK: up and down again leaves differences\n"
        );
        foreach (var difference in way.Rows.Concat(way.Schema).Take(ListedObjects))
        {
            text.Append($"  {difference}\n");
        }
    }

    private static string Shortened(string sql)
    {
        var line = string.Join(' ', sql.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length > LongestSql ? $"{line[..LongestSql]}..." : line;
    }

    private static string Seconds(double seconds) =>
        seconds < 0.95 ? $"{Math.Round(seconds * 1000)} ms" : Units.Duration(TimeSpan.FromSeconds(seconds));
}
