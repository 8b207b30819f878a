using System.Collections;
using Surety.Repository.Errors;

namespace Surety.Repository.Manifests;

/// <summary>The backups of a repository, oldest first, and the manifests that could not be read.</summary>
public sealed class ManifestList : IReadOnlyList<Manifest>
{
    private readonly List<Manifest> manifests;

    internal ManifestList(IEnumerable<Manifest> manifests, IEnumerable<DamagedManifest> damaged)
    {
        this.manifests = [.. manifests.OrderBy(m => m.CreatedAt).ThenBy(m => m.Id)];
        Damaged = [.. damaged.OrderBy(d => d.Name, StringComparer.Ordinal)];
    }

    /// <summary>One damaged manifest does not hide the others; whoever lists must show these too.</summary>
    public IReadOnlyList<DamagedManifest> Damaged { get; }

    public int Count => manifests.Count;

    public Manifest this[int index] => manifests[index];

    public IEnumerator<Manifest> GetEnumerator() => manifests.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <param name="Name">Name of the blob, for example <c>backups/20261120T171449Z-k3f9.json</c>.</param>
/// <param name="Error">Why it cannot be used: damaged, unreadable, or of a later format.</param>
public sealed record DamagedManifest(string Name, SuretyException Error)
{
    /// <summary>What is wrong, as a lower-case fact.</summary>
    public string Reason => Error.Message;

    /// <summary>The backup, as far as the blob's name says it.</summary>
    public string Backup => Path.GetFileNameWithoutExtension(Name);
}
