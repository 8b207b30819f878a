using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Surety.Repository.Errors;
using Surety.Repository.Storage.Local;

namespace Surety.Repository.Encryption;

/// <summary>
/// Files on this machine that hold what opens a repository: key files, and files with a passphrase. A key file is a text,
/// so that it can be printed, with a check sum against mistyping; docs/format.md describes it.
/// </summary>
public static class KeyFile
{
    private const string Magic = "surety-key-1";
    private const int CheckSize = 4;
    private const int MaxLength = 64 * 1024;

    private const UnixFileMode OtherPeople = UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private const string Comment = """
        # A key of a Surety repository. Whoever has it and the repository can read every backup.
        # Without it, or another key of the repository, nobody can: keep a copy where the repository is not.

        """;

    /// <summary>
    /// Makes a key file that only its owner may read, durable on return. <see cref="ErrorCode.KeyFileUnusable"/> where
    /// there is a file of that name, or none can be made.
    /// </summary>
    public static KeySecret Create(string path)
    {
        var key = SecretBytes.Random(RepositoryKey.Size);
        var text = Encoding.ASCII.GetBytes(Comment + Line(key.Span));
        try
        {
            WholeFile.Create(path, text, durable: true);
            Folders.FlushToDisk(Path.GetDirectoryName(Path.GetFullPath(path))!);
            return new KeySecret(KeyKind.File, key);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            key.Dispose();
            throw File.Exists(path)
                ? Unusable(
                    $"{path} exists already; nothing was changed",
                    $"name a file that does not exist; or use that one: SURETY_KEY_FILE={path}",
                    e
                )
                : Unusable(
                    $"{path} cannot be made: {e.Message}; nothing was changed",
                    "check that its folder exists and that you may write there",
                    e
                );
        }
        finally
        {
            CryptographicOperations.ZeroMemory(text);
        }
    }

    /// <summary>What is in a key file. <see cref="ErrorCode.KeyFileUnusable"/> where it cannot be read or is none.</summary>
    /// <param name="path">Full path.</param>
    /// <param name="warn">Told where others may read it.</param>
    public static KeySecret ReadKey(string path, Action<string> warn)
    {
        var text = Read(path, "key file", warn);
        try
        {
            return new KeySecret(KeyKind.File, Parse(Encoding.UTF8.GetString(text)) ?? throw NotAKey(path));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(text);
        }
    }

    /// <summary>The passphrase in a file: all of it, without the newline at its end. Errors as <see cref="ReadKey"/>.</summary>
    public static KeySecret ReadPassphrase(string path, Action<string> warn)
    {
        var text = Read(path, "passphrase file", warn);
        try
        {
            ReadOnlySpan<byte> passphrase = text;
            passphrase = passphrase.EndsWith("\n"u8) ? passphrase[..^1] : passphrase;
            passphrase = passphrase.EndsWith("\r"u8) ? passphrase[..^1] : passphrase;
            return passphrase switch
            {
                [] => throw Unusable(
                    $"the passphrase file {path} is empty; nothing was changed",
                    "write a passphrase into it"
                ),
                _ when passphrase.Contains((byte)'\n') => throw Unusable(
                    $"the passphrase file {path} has more than one line; nothing was changed",
                    "write the passphrase alone into it"
                ),
                _ => new KeySecret(KeyKind.Passphrase, SecretBytes.CopyOf(passphrase)),
            };
        }
        finally
        {
            CryptographicOperations.ZeroMemory(text);
        }
    }

    private static string Line(ReadOnlySpan<byte> key) =>
        string.Create(CultureInfo.InvariantCulture, $"{Magic}:{Convert.ToHexStringLower(key)}:{CheckOf(key)}\n");

    private static string CheckOf(ReadOnlySpan<byte> key) =>
        Convert.ToHexStringLower(SHA256.HashData(key).AsSpan(0, CheckSize));

    private static SecretBytes? Parse(string text)
    {
        var lines = text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.StartsWith('#'));
        if (
            lines.ToList() is not [var line]
            || line.Split(':') is not [Magic, { Length: RepositoryKey.Size * 2 } digits, var check]
        )
        {
            return null;
        }

        var key = new SecretBytes(RepositoryKey.Size);
        if (
            Convert.FromHexString(digits, key.Span, out _, out _) == System.Buffers.OperationStatus.Done
            && CheckOf(key.Span) == check
        )
        {
            return key;
        }

        key.Dispose();
        return null;
    }

    private static byte[] Read(string path, string what, Action<string> warn)
    {
        try
        {
            // A warning and no refusal: the secrets of containers are mounted readable for all.
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & OtherPeople) != 0)
            {
                warn($"others may read the {what} {path}; run chmod 600 on it");
            }

            // A pipe has no length: passphrases come out of password managers that way.
            using var file = File.OpenRead(path);
            using var content = new MemoryStream();
            file.CopyTo(content);
            return content.Length <= MaxLength ? content.ToArray() : throw new IOException("it is too large");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unusable(
                $"the {what} {path} cannot be read: {e.Message}; nothing was changed",
                "check the path, and that you may read it",
                e
            );
        }
    }

    private static SuretyException NotAKey(string path) =>
        Unusable(
            $"{path} is no key file of Surety, or a character of it was changed; nothing was changed",
            $"it has one line that begins with {Magic}: bring it back from a copy"
        );

    private static SuretyException Unusable(string fact, string hint, Exception? inner = null) =>
        new(ErrorCode.KeyFileUnusable, fact, hint, inner);
}
