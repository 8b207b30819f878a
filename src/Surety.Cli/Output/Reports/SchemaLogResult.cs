using System.Text;
using Surety.Core.Migrations.History;
using Surety.Core.Postgres.Schema;

namespace Surety.Cli.Output.Reports;

/// <summary>What <c>schema log</c> prints: under each pair of backups what was created, dropped and altered between them.</summary>
internal static class SchemaLogResult
{
    public static CommandResult Of(SchemaLogReport report) =>
        CommandResult.Of(
            SchemaLogDocument.Of(report),
            Documents.Json.SchemaLogDocument,
            Text(report),
            report.Unreadable.Count == 0 ? ExitCodes.Done : ExitCodes.NotSound
        );

    /// <summary>The word of the JSON contract.</summary>
    public static string Word(SchemaChange change) =>
        change switch
        {
            SchemaChange.Missing => "dropped",
            SchemaChange.Extra => "created",
            _ => "altered",
        };

    private static string Text(SchemaLogReport report)
    {
        var text = new StringBuilder();
        foreach (var entry in report.Entries)
        {
            text.Append($"{entry.After.Database}: between {Units.Time(entry.Before.CreatedAt)} ({entry.Before.Id}) ");
            text.Append($"and {Units.Time(entry.After.CreatedAt)} ({entry.After.Id})");
            text.Append(entry.After.Description is { } words ? $", {words.ReplaceLineEndings(" ")}\n" : "\n");
            text.Append(Lines(entry.Changes));
            text.Append(entry.Doubt is { } doubt ? $"  DOUBT: {doubt}\n" : "");
        }

        if (report.Entries.Count == 0)
        {
            text.Append($"no change of a schema between {Units.Count(report.Backups, "backup")}\n");
        }

        foreach (var backup in report.Unreadable)
        {
            text.Append($"DAMAGED: {backup.Backup}: {backup.Reason}\n");
        }

        return text.ToString();
    }

    private static string Lines(IEnumerable<SchemaDifference> changes) =>
        string.Concat(
            changes.Select(change =>
                $"  {Word(change.Change)} {change.Definition}\n"
                + (change.Change == SchemaChange.Changed ? DefinitionLines.Changed(change) : "")
            )
        );
}

/// <summary>What <c>schema log --json</c> prints. Part of the command-line contract (docs/cli.md): add, never change.</summary>
internal sealed record SchemaLogDocument(
    int Backups,
    IReadOnlyList<SchemaLogDocumentEntry> Entries,
    IReadOnlyList<UnreadableSchema> Damaged
)
{
    public static SchemaLogDocument Of(SchemaLogReport report) =>
        new(
            report.Backups,
            [
                .. report.Entries.Select(entry => new SchemaLogDocumentEntry(
                    entry.After.Database,
                    $"{entry.Before.Id}",
                    entry.Before.CreatedAt,
                    $"{entry.After.Id}",
                    entry.After.CreatedAt,
                    entry.After.Description,
                    [.. entry.Changes.Select(SchemaDocumentChange.Of)],
                    entry.Doubt
                )),
            ],
            report.Unreadable
        );
}

internal sealed record SchemaLogDocumentEntry(
    string Database,
    string Before,
    DateTimeOffset BeforeAt,
    string After,
    DateTimeOffset AfterAt,
    string? Description,
    IReadOnlyList<SchemaDocumentChange> Changes,
    string? Doubt
);

internal sealed record SchemaDocumentChange(string Definition, string Change, string? BeforeSql, string? AfterSql)
{
    public static SchemaDocumentChange Of(SchemaDifference change) =>
        new(change.Definition, SchemaLogResult.Word(change.Change), change.BackupSql, change.DatabaseSql);
}
