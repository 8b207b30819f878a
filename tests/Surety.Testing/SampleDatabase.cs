using System.IO.Compression;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Tools;

namespace Surety.Testing;

/// <summary>A database that tests work on: its name and the SQL that makes it.</summary>
/// <param name="Name">As in <c>../shared/data/*/NAME.sql.gz</c>, or <c>shop</c>, the project's own.</param>
/// <param name="File">Plain SQL, gzipped where the name ends so.</param>
public sealed record SampleDatabase(string Name, string File)
{
    /// <summary>The project's own sample, which every checkout has.</summary>
    public static SampleDatabase Shop { get; } = new("shop", Path.Combine(ProjectFolders.Root, "samples", "shop.sql"));

    /// <summary>The shop and every database of <c>../shared/data</c>; the shop alone, and says so, where that is absent.</summary>
    public static IReadOnlyList<SampleDatabase> All { get; } = Find();

    public static SampleDatabase Named(string name) => All.First(sample => sample.Name == name);

    /// <summary>
    /// The output of <c>tablehash.sql</c> on the freshly loaded database: an oracle that knows nothing of Surety. Null for
    /// the shop.
    /// </summary>
    public string? ExpectedHashes
    {
        get
        {
            var file = Path.Combine(Path.GetDirectoryName(File)!, $"{Name}.expected.tsv");
            return System.IO.File.Exists(file) ? file : null;
        }
    }

    /// <summary>Loads it into an empty database.</summary>
    public async Task LoadAsync(PostgresTools tools, ConnectionTarget target, CancellationToken cancellationToken)
    {
        await using var file = System.IO.File.OpenRead(File);
        await using var sql = File.EndsWith(".gz", StringComparison.Ordinal)
            ? new GZipStream(file, CompressionMode.Decompress)
            : (Stream)file;
        var command = new ToolCommand(
            tools.PathOf(PostgresTool.Psql),
            ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--output=/dev/null"]
        )
        {
            Environment = target.ToEnvironment(),
            Input = sql,
        };
        await ToolProcess.ReadTextAsync(command, cancellationToken);
    }

    public override string ToString() => Name;

    private static SampleDatabase[] Find()
    {
        if (ProjectFolders.SharedData is not { } data)
        {
            Console.WriteLine("no ../shared/data (SURETY_SHARED): the sample tests run on samples/shop.sql alone");
            return [Shop];
        }

        var shared = Directory
            .EnumerateFiles(data, "*.sql.gz", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .Select(file => new SampleDatabase(Path.GetFileName(file)[..^".sql.gz".Length], file));
        return [Shop, .. shared];
    }
}
