using System.Text;
using Surety.Repository.Manifests;

namespace Surety.Cli.Output.Reports;

/// <summary>What <c>surety show</c> prints: everything that a backup holds.</summary>
internal static class ShowReport
{
    public static CommandResult Of(Manifest manifest, BackupContents contents) =>
        CommandResult.Of(ShowDocument.Of(manifest, contents), Documents.Json.ShowDocument, Text(manifest, contents));

    private static string Text(Manifest manifest, BackupContents contents)
    {
        var text = new StringBuilder(BackupSummary.Text(manifest));
        text.Append($"  schema   by pg_dump {contents.Schema.PgDumpMajor}{Limits(contents.Schema)}\n");
        text.Append($"  besides  {string.Join(", ", Besides(contents))}\n\n");
        text.Append(TableSizes.Text(contents.Tables, int.MaxValue));
        text.Append(BackupSummary.IncompleteText(manifest.Incomplete));
        return text.ToString();
    }

    private static string Limits(SchemaEntry schema)
    {
        var only = schema.OnlySchemas.Count == 0 ? "" : $", only {string.Join(", ", schema.OnlySchemas)}";
        return schema.ExcludedSchemas.Count == 0
            ? only
            : $"{only}, without {string.Join(", ", schema.ExcludedSchemas)}";
    }

    private static IEnumerable<string> Besides(BackupContents contents) =>
        [
            Units.Count(contents.Sequences.Count, "sequence"),
            Units.Count(contents.LargeObjects.Objects.Count, "large object"),
            Units.Count(contents.MaterializedViews.Count, "materialized view"),
            Units.Count(contents.Roles.Count, "role"),
        ];
}
