using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace Surety.Testing;

/// <summary>Real migrations of a project, from <c>../shared/data</c>.</summary>
/// <param name="Name">As the folder is called, without <c>migrations-</c>.</param>
/// <param name="Folder">Where the set is, with what was observed of it.</param>
/// <param name="Files">Every script of it, down migrations too, by its path within the set.</param>
public sealed record MigrationCorpus(string Name, string Folder, IReadOnlyDictionary<string, string> Files)
{
    private static readonly Lazy<IReadOnlyList<MigrationCorpus>> Found = new(Find);

    /// <summary>None where there is no shared data.</summary>
    public static IReadOnlyList<MigrationCorpus> All => Found.Value;

    /// <summary>The files that make up the schema, in the order in which they are applied.</summary>
    public IReadOnlyList<string> Order { get; } = File.ReadAllLines(Path.Combine(Folder, "order.txt"));

    public override string ToString() => Name;

    private static MigrationCorpus[] Find() =>
        ProjectFolders.SharedData is { } data
            ?
            [
                .. Directory
                    .EnumerateDirectories(data, "migrations-*")
                    .Order(StringComparer.Ordinal)
                    .Select(f => new MigrationCorpus(Path.GetFileName(f)["migrations-".Length..], f, Unpack(f))),
            ]
            : [];

    private static SortedDictionary<string, string> Unpack(string folder)
    {
        using var file = File.OpenRead(Path.Combine(folder, "migrations.tar.gz"));
        using var plain = new GZipStream(file, CompressionMode.Decompress);
        using var tar = new TarReader(plain);
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry.DataStream is { } content && entry.Name.EndsWith(".sql", StringComparison.Ordinal))
            {
                using var reader = new StreamReader(content, Encoding.UTF8);
                files[entry.Name.StartsWith("./", StringComparison.Ordinal) ? entry.Name[2..] : entry.Name] =
                    reader.ReadToEnd();
            }
        }

        return files;
    }
}
