using Surety.Repository.Manifests;
using Surety.Repository.Marks;
using Surety.Repository.Objects;

namespace Surety.Tests.Cli;

/// <summary>A small backup to render.</summary>
internal static class SampleBackup
{
    public static readonly DateTimeOffset Instant = new(2026, 11, 20, 17, 14, 50, TimeSpan.Zero);

    /// <summary>That the backup was verified.</summary>
    public static BackupMark Sound { get; } =
        new()
        {
            Backup = Manifest().Id,
            Kind = BackupMark.Verified,
            At = Instant,
            Passed = true,
        };

    public static Manifest Manifest(string id = "20261120T171449Z-k3f9", params IncompleteItem[] incomplete) =>
        new()
        {
            Id = BackupId.TryParse(id, out var parsed) ? parsed : throw new ArgumentException(id, nameof(id)),
            Database = "shop",
            Description = "before the migration",
            Tags = new Dictionary<string, string> { ["release"] = "1.2", ["by"] = "ann" },
            StartedAt = Instant.AddSeconds(-1),
            CreatedAt = Instant,
            FinishedAt = Instant.AddSeconds(12.3),
            Source = new BackupSource
            {
                ServerVersion = "15.18",
                ServerVersionNumber = 150018,
                SystemIdentifier = "7300000000000000001",
                Role = "surety",
                Isolation = "serializable deferrable",
                Snapshot = "00000003-0000001B-1",
                TransactionSnapshot = "740:740:",
                Lsn = "0/16B3748",
            },
            Figures = new BackupFigures
            {
                Tables = 3,
                Rows = 1_234_567,
                RawBytes = 512_300_000,
                StoredBytes = 120_000_000,
                NewBytes = 3_100_000,
                Objects = 321,
                NewObjects = 12,
                DurationSeconds = 13.3,
            },
            Incomplete = incomplete,
            SuretyVersion = "0.1.0",
            Contents = new StoredStream(1, []),
        };

    public static BackupContents Contents(params TableEntry[] tables) =>
        new()
        {
            Schema = new SchemaEntry
            {
                Archive = new StoredStream(1, []),
                Text = new StoredStream(1, []),
                PgDumpMajor = 15,
                ExcludedSchemas = ["audit"],
            },
            Tables = tables,
            Sequences = [new SequenceEntry("public", "orders_id_seq", 42, true)],
            LargeObjects = new LargeObjectsEntry
            {
                Objects = [],
                Receipt = Receipt.Empty,
                RawBytes = 0,
                Chunks = [],
            },
            Tablespaces = [],
            MaterializedViews = ["public.totals"],
            Database = new DatabaseEntry
            {
                Owner = "ann",
                Encoding = "UTF8",
                Collate = "C.UTF-8",
                CharacterType = "C.UTF-8",
                LocaleProvider = "libc",
                ConnectionLimit = -1,
                Tablespace = "pg_default",
                Settings = [],
            },
            Roles = [],
        };

    public static TableEntry Table(string name, long rows, long rawBytes) =>
        new()
        {
            Schema = "public",
            Name = name,
            Columns = ["id"],
            Format = RowFormat.Binary,
            Receipt = new Receipt(rows, 255),
            RawBytes = rawBytes,
            Chunks = [new ChunkEntry(default(ObjectId), (int)rows, (int)rawBytes)],
        };
}
