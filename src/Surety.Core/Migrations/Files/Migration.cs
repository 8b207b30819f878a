using System.Security.Cryptography;
using System.Text;
using Surety.Core.Migrations.Scripts;

namespace Surety.Core.Migrations.Files;

/// <summary>One migration of a folder, its text read: what runs is what was checked.</summary>
/// <param name="Version">Null for a repeatable one.</param>
/// <param name="Name">For people: <c>add email</c>.</param>
/// <param name="Down">What takes it back; null where nothing does.</param>
internal sealed record Migration(MigrationVersion? Version, string Name, MigrationScript Up, MigrationScript? Down)
{
    /// <summary>As messages call it: <c>1.2 add email</c>.</summary>
    public string Title => Version is { } version ? $"{version} {Name}".TrimEnd() : Name;

    /// <summary>
    /// SHA-256 of the text in UTF-8, its lines ending with LF: a checkout on another system does not change it.
    /// </summary>
    public string Checksum => field ??= ChecksumOf(Up.Source.Text);

    private static string ChecksumOf(string text) =>
        Convert.ToHexStringLower(
            SHA256.HashData(Encoding.UTF8.GetBytes(text.Replace("\r\n", "\n", StringComparison.Ordinal)))
        );
}
