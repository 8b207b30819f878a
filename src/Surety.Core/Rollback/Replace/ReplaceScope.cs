using Surety.Core.Postgres.Catalog;
using Surety.Core.Postgres.Schema;
using Surety.Repository.Errors;
using Surety.Repository.Manifests;

namespace Surety.Core.Rollback.Replace;

/// <summary>Which part of a database is replaced: some schemas, or everything with what belongs to no schema.</summary>
/// <param name="Schemas">Those that both the person and the backup mean.</param>
/// <param name="Extensions">The extensions that the backup has.</param>
internal sealed record ReplaceScope(SchemaFilter Schemas, IReadOnlyList<string> Extensions)
{
    public bool IsWholeDatabase => Schemas.IsAll;

    /// <summary>Large objects, event triggers and the like belong to no schema.</summary>
    public bool HasWhatIsInNoSchema => Schemas.Only.Count == 0;

    /// <exception cref="SuretyException">RollbackRefused where a schema is asked for that the backup leaves out.</exception>
    public static ReplaceScope Of(SchemaFilter asked, SchemaEntry backup, SchemaText text)
    {
        var lacking = asked
            .Only.Where(s =>
                backup.ExcludedSchemas.Contains(s) || (backup.OnlySchemas.Count > 0 && !backup.OnlySchemas.Contains(s))
            )
            .ToList();
        if (lacking.Count > 0)
        {
            throw new SuretyException(
                ErrorCode.RollbackRefused,
                $"the backup leaves out schema {string.Join(", ", lacking)}; nothing was changed",
                "choose a backup that holds it"
            );
        }

        var schemas = new SchemaFilter(
            asked.Only.Count > 0 ? asked.Only : backup.OnlySchemas,
            [.. asked.Except.Union(backup.ExcludedSchemas)]
        );
        return new(schemas, [.. text.Definitions.Where(d => d.Type == "EXTENSION").Select(d => d.Name)]);
    }

    public bool Covers(string schema) => Schemas.Includes(schema);

    public bool Covers(SchemaDefinition definition) =>
        definition switch
        {
            { Schema: { } schema } => Covers(schema),
            { Type: "SCHEMA" } => Covers(definition.Name),
            _ when definition.Name.StartsWith(OfSchema, StringComparison.Ordinal) => Covers(
                definition.Name[OfSchema.Length..]
            ),
            _ => HasWhatIsInNoSchema,
        };

    // How pg_dump names a schema's grants and its comment.
    private const string OfSchema = "SCHEMA ";
}
