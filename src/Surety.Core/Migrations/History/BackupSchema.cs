using Surety.Core.Postgres.Schema;
using Surety.Repository;
using Surety.Repository.Manifests;

namespace Surety.Core.Migrations.History;

/// <summary>The schema that a backup keeps; its text is read when it is needed, and then kept.</summary>
internal sealed class BackupSchema
{
    private readonly BackupRepository repository;
    private readonly SchemaEntry entry;
    private SchemaText? text;

    private BackupSchema(BackupRepository repository, Manifest manifest, SchemaEntry entry) =>
        (this.repository, Manifest, this.entry) = (repository, manifest, entry);

    public Manifest Manifest { get; }

    /// <summary>Which schemas it is limited to, as a key: the same for backups that can be compared.</summary>
    public string Scope => BackupScope.KeyOf(entry.Scope);

    public static async Task<BackupSchema> OpenAsync(
        BackupRepository repository,
        Manifest manifest,
        CancellationToken cancellationToken
    )
    {
        var contents = await repository.Manifests.ReadContentsAsync(manifest, cancellationToken);
        return new BackupSchema(repository, manifest, contents.Schema);
    }

    /// <summary>What <paramref name="later"/> has not, has more, or has otherwise than this one.</summary>
    public async Task<IReadOnlyList<SchemaDifference>> DifferencesAsync(
        BackupSchema later,
        CancellationToken cancellationToken
    ) =>
        entry.Text.Parts.SequenceEqual(later.entry.Text.Parts)
            ? []
            : SchemaDifferences.Between(
                await ReadTextAsync(cancellationToken),
                await later.ReadTextAsync(cancellationToken)
            );

    /// <summary>Why a difference of the texts may be none of the schemas; null where it is one.</summary>
    public string? DoubtAgainst(BackupSchema later) =>
        Scope != later.Scope ? "the two backups are limited to different schemas"
        : entry.PgDumpMajor != later.entry.PgDumpMajor
            ? $"pg_dump {entry.PgDumpMajor} wrote the one and pg_dump {later.entry.PgDumpMajor} the other, which may put the same in other words"
        : null;

    private async Task<SchemaText> ReadTextAsync(CancellationToken cancellationToken) =>
        text ??= await SchemaText.FromBackupAsync(repository.Objects, entry, cancellationToken);
}
