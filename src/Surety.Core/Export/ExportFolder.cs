using System.Globalization;
using System.Text;
using Surety.Repository.Errors;
using Surety.Repository.Storage.Local;

namespace Surety.Core.Export;

/// <summary>
/// The folder that an export writes into, and the names of its files: <c>orders-export-2025-07-13T16-30-00-000Z.csv</c>.
/// Unless it is kept in the end, every file that was made is removed again. Thread-safe.
/// </summary>
internal sealed class ExportFolder : IDisposable
{
    // What is around it takes 50 bytes, and most file systems end at 255.
    private const int LongestSubject = 200;

    private readonly string path;
    private readonly string stamp;
    private readonly ExportCompression compression;
    private readonly List<ExportFile> files = [];
    private readonly HashSet<string> taken = new(
        OperatingSystem.IsLinux() ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase
    );
    private readonly Lock adding = new();
    private bool kept;

    private ExportFolder(string path, string stamp, ExportCompression compression) =>
        (this.path, this.stamp, this.compression) = (path, stamp, compression);

    /// <exception cref="SuretyException">OutputUnwritable.</exception>
    public static ExportFolder Open(string path, DateTimeOffset at, ExportCompression compression)
    {
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw OutputFile.Unwritable(path, e);
        }

        var stamp = at.UtcDateTime.ToString("yyyy-MM-dd'T'HH-mm-ss-fff'Z'", CultureInfo.InvariantCulture);
        return new ExportFolder(path, stamp, compression);
    }

    /// <summary>Begins a file. Of two with one name the second gets <c>~2</c> behind its subject.</summary>
    /// <param name="subject">What it holds, as <see cref="Subject"/> spells it.</param>
    /// <param name="extension">Without the one of the compression.</param>
    public ExportFile Create(string subject, string extension) => Create(subject, extension, compression);

    /// <summary>As the other, for what is read before anything can be decompressed.</summary>
    public ExportFile CreatePlain(string subject, string extension) =>
        Create(subject, extension, ExportCompression.None);

    private ExportFile Create(string subject, string extension, ExportCompression chosen)
    {
        var suffix = chosen switch
        {
            ExportCompression.Gzip => ".gz",
            ExportCompression.Zstd => ".zst",
            _ => "",
        };
        lock (adding)
        {
            var name = FreeName(subject, $"-export-{stamp}.{extension}{suffix}");
            var file = ExportFile.Create(Path.Combine(path, name), chosen);
            files.Add(file);
            return file;
        }
    }

    // A table can be called as its database is, and no file system takes a name of any length.
    private string FreeName(string subject, string rest)
    {
        while (Encoding.UTF8.GetByteCount(subject) > LongestSubject)
        {
            subject = subject[..^(char.IsLowSurrogate(subject[^1]) ? 2 : 1)];
        }

        var name = $"{subject}{rest}";
        for (var number = 2; !taken.Add(name); number++)
        {
            name = string.Create(CultureInfo.InvariantCulture, $"{subject}~{number}{rest}");
        }

        return name;
    }

    /// <summary>Everything is written: nothing is removed any more.</summary>
    public void Keep() => kept = true;

    public void Dispose()
    {
        foreach (var file in files)
        {
            if (kept)
            {
                file.Dispose();
            }
            else
            {
                file.Remove();
            }
        }
    }

    /// <summary>
    /// A name of the database as part of a file's name. Letters and digits of every language stay; what a file system or a
    /// shell could take for something else, and the dot between schema and name, is percent-encoded.
    /// </summary>
    public static string Subject(string name)
    {
        var subject = new StringBuilder();
        Span<byte> bytes = stackalloc byte[4];
        foreach (var rune in name.EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune) || rune.Value is '_' or '-')
            {
                subject.Append(rune);
                continue;
            }

            foreach (var octet in bytes[..rune.EncodeToUtf8(bytes)])
            {
                subject.Append(CultureInfo.InvariantCulture, $"%{octet:X2}");
            }
        }

        return subject.ToString();
    }
}
