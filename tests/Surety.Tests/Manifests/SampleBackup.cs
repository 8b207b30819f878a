using Surety.Repository;
using Surety.Repository.Manifests;
using Surety.Repository.Objects;

namespace Surety.Tests.Manifests;

/// <summary>Backups as Core writes them, with every member set to something.</summary>
internal static class SampleBackup
{
    public static readonly DateTimeOffset Time = new(2026, 11, 20, 17, 14, 49, TimeSpan.Zero);

    public static readonly ObjectId Object = ObjectId.OfPlain("rows"u8);

    /// <summary>Puts the chunks and the contents, and commits: the write order of a real backup.</summary>
    public static async Task<Manifest> CommitAsync(
        BackupRepository repository,
        BackupId id,
        IEnumerable<byte[]> chunks,
        string database = "shop"
    )
    {
        var never = CancellationToken.None;
        var entries = new List<ChunkEntry>();
        foreach (var chunk in chunks)
        {
            var stored = await repository.Objects.PutAsync(chunk, never);
            entries.Add(new ChunkEntry(stored.Id, 1, chunk.Length));
        }

        var schema = await repository.Objects.PutStreamAsync(new MemoryStream("create table"u8.ToArray()), never);
        var contents = await repository.Manifests.StoreContentsAsync(Contents(schema.Stream, entries), never);
        var manifest = Manifest(id, contents.Stream) with { Database = database };
        await CommitAsync(repository, manifest);
        return manifest;
    }

    /// <summary>Commits under a lock of its own: everything that the manifest names is put already.</summary>
    public static async Task CommitAsync(BackupRepository repository, Manifest manifest)
    {
        await using var lease = await repository.Locks.AcquireSharedAsync("backup", CancellationToken.None);
        await repository.Manifests.CommitAsync(manifest, lease, CancellationToken.None);
    }

    public static BackupId Id(int number) =>
        BackupId.TryParse($"20261120T1714{number:00}Z-k3f9", out var id) ? id : throw new ArgumentException("no id");

    public static Manifest Manifest(BackupId id, StoredStream contents) =>
        new()
        {
            Id = id,
            Database = "shop",
            Description = "before \"the\" migration – ünï",
            Tags = new Dictionary<string, string> { ["ticket"] = "42" },
            StartedAt = Time,
            CreatedAt = DateTimeOffset.ParseExact(id.ToString()[..16], "yyyyMMdd'T'HHmmss'Z'", null),
            FinishedAt = Time.AddSeconds(1.5),
            Source = new BackupSource
            {
                ServerVersion = "15.18 (Debian 15.18-0+deb12u1)",
                ServerVersionNumber = 150018,
                SystemIdentifier = "7300000000000000000",
                Role = "backup",
                Isolation = "serializable deferrable",
                Snapshot = "00000003-0000001B-1",
                TransactionSnapshot = "735:735:",
                Lsn = "0/16B3748",
            },
            Figures = new BackupFigures
            {
                Tables = 1,
                Rows = 3,
                RawBytes = 100,
                StoredBytes = 60,
                NewBytes = 60,
                Objects = 3,
                NewObjects = 3,
                DurationSeconds = 1.5,
            },
            Incomplete = [new IncompleteItem("foreign table rows", "public.remote", "they are on another server")],
            SuretyVersion = "0.1.0",
            Contents = contents,
        };

    public static BackupContents Contents(StoredStream schema, IReadOnlyList<ChunkEntry> chunks) =>
        new()
        {
            Schema = new SchemaEntry
            {
                Archive = schema,
                Text = schema,
                PgDumpMajor = 15,
                ExcludedSchemas = ["audit"],
            },
            Tables =
            [
                new TableEntry
                {
                    Schema = "public",
                    Name = "orders",
                    Columns = ["id", "total"],
                    GeneratedColumns = ["tax"],
                    Format = RowFormat.Binary,
                    Condition = "where id > 0",
                    Extension = "postgis",
                    LoadThrough = new LoadThroughEntry("public", "all_orders"),
                    Unlogged = true,
                    Receipt = new Receipt(chunks.Count, UInt128.MaxValue - 1),
                    GeneratedReceipt = new Receipt(chunks.Count, 7),
                    RawBytes = chunks.Sum(chunk => (long)chunk.RawBytes),
                    Chunks = chunks,
                },
            ],
            Sequences = [new SequenceEntry("public", "orders_id_seq", long.MaxValue, true)],
            LargeObjects = new LargeObjectsEntry
            {
                Objects = [new LargeObjectEntry(uint.MaxValue, "shop", "{shop=rw/shop}", null)],
                Receipt = new Receipt(1, 11),
                RawBytes = chunks.Sum(chunk => (long)chunk.RawBytes),
                Chunks = chunks,
            },
            MaterializedViews = ["public.totals"],
            Database = new DatabaseEntry
            {
                Owner = "shop",
                Encoding = "UTF8",
                Collate = "C.UTF-8",
                CharacterType = "C.UTF-8",
                LocaleProvider = "libc",
                ConnectionLimit = -1,
                Tablespace = "pg_default",
                Settings = [new SettingEntry(null, "work_mem", "64MB")],
            },
            Tablespaces = ["fast"],
            Roles =
            [
                new RoleEntry
                {
                    Name = "shop",
                    Superuser = false,
                    Inherit = true,
                    CreateRole = false,
                    CreateDatabase = false,
                    CanLogin = true,
                    Replication = false,
                    BypassRowSecurity = false,
                    ConnectionLimit = -1,
                    MemberOf = ["staff"],
                    NamedByPolicy = true,
                },
            ],
        };
}
