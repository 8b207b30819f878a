using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Surety.Repository;
using Surety.Repository.Journal;
using Surety.Repository.Manifests;
using Surety.Repository.Marks;
using Surety.Repository.Storage;

namespace Surety.Bench;

/// <summary>
/// Makes a repository as years of daily backups leave it, without a database: each backup has all the chunks of the one
/// before but a few, which are new. Chunks are a few bytes long, and nothing is flushed.
/// </summary>
internal static class LargeRepository
{
    public static async Task<int> RunAsync(Arguments arguments)
    {
        var path = arguments.Single("--path") ?? throw new ArgumentException("--path FOLDER");
        var backups = Number(arguments, "--backups", 1_000);
        var live = Number(arguments, "--live", 20_000);
        var objects = Number(arguments, "--objects", 1_000_000);
        var store = new UnflushedStore(path);
        var repository = await BackupRepository.InitAsync(store, TimeProvider.System, CancellationToken.None);
        await using var lease = await repository.Locks.AcquireSharedAsync("backup", CancellationToken.None);
        var records = Number(arguments, "--records", 0);
        var changed = (objects - live) / backups;
        var chunks = new ChunkEntry[live];
        var counter = 0;
        for (var chunk = 0; chunk < live; chunk++)
        {
            chunks[chunk] = await NewAsync(repository, counter++);
        }

        var every = TimeSpan.FromHours(Number(arguments, "--hours", 24));
        var first = TimeProvider.System.GetUtcNow() - backups * every;
        for (var number = 0; number < backups; number++)
        {
            var backup = await CommitAsync(repository, lease, first + (number * every), chunks);
            await RecordAsync(repository, backup, records / backups);
            for (var change = 0; change < changed; change++)
            {
                chunks[RandomNumberGenerator.GetInt32(live)] = await NewAsync(repository, counter++);
            }
        }

        Console.WriteLine($"{backups} backups, {counter} chunks");
        return 0;
    }

    private static int Number(Arguments arguments, string name, int otherwise) =>
        arguments.Single(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    private static async Task<ChunkEntry> NewAsync(BackupRepository repository, int number)
    {
        var bytes = BitConverter.GetBytes(number);
        var stored = await repository.Objects.PutAsync(bytes, CancellationToken.None);
        return new ChunkEntry(stored.Id, 1, bytes.Length);
    }

    /// <summary>What a server does after a backup, and a mark for it.</summary>
    private static async Task RecordAsync(BackupRepository repository, Manifest backup, int records)
    {
        string[] operations = ["backup", "verify", "copy", "prune", "drill"];
        for (var number = 0; number < records; number++)
        {
            var at = backup.StartedAt.AddSeconds(number);
            var record = new JournalRecord
            {
                Operation = operations[number % operations.Length],
                Backup = backup.Id,
                Database = backup.Database,
                StartedAt = at,
                FinishedAt = at.AddSeconds(1),
                Host = "bench",
                Outcome = JournalRecord.Done,
                Command = $"surety {operations[number % operations.Length]} {backup.Id}",
                RequestedBy = $"after-backup ({backup.Id})",
            };
            await repository.Journal.AppendAsync(record, CancellationToken.None);
        }

        var mark = new BackupMark
        {
            Backup = backup.Id,
            Kind = BackupMark.Verified,
            At = backup.StartedAt.AddMinutes(1),
            Passed = true,
        };
        await repository.Marks.SetAsync([mark], CancellationToken.None);
    }

    private static async Task<Manifest> CommitAsync(
        BackupRepository repository,
        Repository.Locks.RepositoryLock lease,
        DateTimeOffset at,
        ChunkEntry[] chunks
    )
    {
        var nothing = new StoredStream(0, []);
        var contents = new BackupContents
        {
            Schema = new SchemaEntry
            {
                Archive = nothing,
                Text = nothing,
                PgDumpMajor = 15,
            },
            Tables =
            [
                new TableEntry
                {
                    Schema = "public",
                    Name = "orders",
                    Columns = ["id"],
                    Format = RowFormat.Binary,
                    Receipt = new Receipt(chunks.Length, 1),
                    RawBytes = chunks.Sum(chunk => (long)chunk.RawBytes),
                    Chunks = chunks,
                },
            ],
            Sequences = [],
            LargeObjects = new LargeObjectsEntry
            {
                Objects = [],
                Receipt = Receipt.Empty,
                RawBytes = 0,
                Chunks = [],
            },
            MaterializedViews = [],
            Database = new DatabaseEntry
            {
                Owner = "shop",
                Encoding = "UTF8",
                Collate = "C",
                CharacterType = "C",
                LocaleProvider = "libc",
                ConnectionLimit = -1,
                Tablespace = "pg_default",
                Settings = [],
            },
            Roles = [],
            Tablespaces = [],
        };
        var stored = await repository.Manifests.StoreContentsAsync(contents, CancellationToken.None);
        var manifest = new Manifest
        {
            Id = BackupId.New(at),
            Database = "shop",
            StartedAt = at,
            CreatedAt = at,
            FinishedAt = at,
            Source = new BackupSource
            {
                ServerVersion = "15.18",
                ServerVersionNumber = 150018,
                Role = "bench",
                Isolation = "repeatable read",
                Snapshot = "1",
                TransactionSnapshot = "1:1:",
                Lsn = "0/1",
            },
            Figures = new BackupFigures
            {
                Tables = 1,
                Rows = chunks.Length,
                RawBytes = 1,
                StoredBytes = 1,
                NewBytes = 1,
                Objects = chunks.Length,
                NewObjects = 1,
                DurationSeconds = 1,
            },
            SuretyVersion = "bench",
            Contents = stored.Stream,
        };
        await repository.Manifests.CommitAsync(manifest, lease, CancellationToken.None);
        return manifest;
    }

    /// <summary>Files as LocalBlobStore lays them out, written at once where they belong.</summary>
    private sealed class UnflushedStore : IBlobStore
    {
        private readonly string root;

        public UnflushedStore(string root)
        {
            this.root = root;
            for (var i = 0; i < 256; i++)
            {
                Directory.CreateDirectory(
                    Path.Combine(root, "objects", i.ToString("x2", CultureInfo.InvariantCulture))
                );
            }
        }

        public string Location => root;

        public async ValueTask<byte[]?> ReadAsync(string name, CancellationToken cancellationToken) =>
            File.Exists(At(name)) ? await File.ReadAllBytesAsync(At(name), cancellationToken) : null;

        public ValueTask<long?> GetLengthAsync(string name, CancellationToken cancellationToken) =>
            ValueTask.FromResult<long?>(new FileInfo(At(name)) is { Exists: true } file ? file.Length : null);

        public ValueTask WriteAsync(
            string name,
            ReadOnlyMemory<byte> content,
            bool durable,
            CancellationToken cancellationToken
        )
        {
            if (durable)
            {
                // A document; the folders of objects are there.
                Directory.CreateDirectory(Path.GetDirectoryName(At(name))!);
            }

            File.WriteAllBytes(At(name), content.Span);
            return ValueTask.CompletedTask;
        }

        public async ValueTask<bool> TryCreateAsync(
            string name,
            ReadOnlyMemory<byte> content,
            CancellationToken cancellationToken
        )
        {
            await WriteAsync(name, content, durable: true, cancellationToken);
            return true;
        }

        public void Adopt(string name) { }

        public ValueTask FlushAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

        // Asked for the locks, and by init whether anything is there already.
        public async IAsyncEnumerable<BlobInfo> ListAsync(
            string prefix,
            [EnumeratorCancellation] CancellationToken cancellationToken
        )
        {
            foreach (var file in new DirectoryInfo(root).EnumerateFiles("*.json", SearchOption.AllDirectories))
            {
                var name = Path.GetRelativePath(root, file.FullName);
                if (name.StartsWith(prefix, StringComparison.Ordinal))
                {
                    yield return new BlobInfo(name, file.Length, file.LastWriteTimeUtc);
                }
            }

            await Task.CompletedTask;
        }

        public ValueTask DeleteAsync(string name, CancellationToken cancellationToken)
        {
            File.Delete(At(name));
            return ValueTask.CompletedTask;
        }

        private string At(string name) => Path.Combine(root, name);
    }
}
