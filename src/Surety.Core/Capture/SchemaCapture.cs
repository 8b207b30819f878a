using Surety.Core.Postgres.Catalog;
using Surety.Core.Postgres.Schema;
using Surety.Core.Postgres.Snapshots;
using Surety.Core.Postgres.Tools;
using Surety.Repository.Manifests;
using Surety.Repository.Objects;

namespace Surety.Core.Capture;

/// <summary>Stores the schema of a snapshot: pg_dump's archive, and its text for comparing and reading.</summary>
internal sealed class SchemaCapture(PostgresTools tools, ObjectStore objects)
{
    public async Task<(SchemaEntry Entry, IReadOnlyList<StoredObject> Stored)> TakeAsync(
        LockedSnapshot snapshot,
        SchemaFilter filter,
        IEnumerable<Sequence> sequences,
        CancellationToken cancellationToken
    )
    {
        StoredStreamParts? archive = null;
        await SchemaArchive.DumpAsync(tools, snapshot, filter, sequences, StoreAsync, cancellationToken);
        await using var stored = objects.OpenStream(archive!.Stream);
        var schema = await SchemaText.FromArchiveAsync(tools, stored, cancellationToken);
        using var bytes = new MemoryStream(schema.ToBytes());
        var text = await objects.PutStreamAsync(bytes, cancellationToken);
        var entry = new SchemaEntry
        {
            Archive = archive.Stream,
            Text = text.Stream,
            PgDumpMajor = tools.Version.Major,
            OnlySchemas = filter.Only,
            ExcludedSchemas = filter.Except,
        };
        return (entry, [.. archive.Objects, .. text.Objects]);

        async Task StoreAsync(Stream output, CancellationToken token) =>
            archive = await objects.PutStreamAsync(output, token);
    }
}
