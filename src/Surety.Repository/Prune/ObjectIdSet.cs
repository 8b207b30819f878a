using Surety.Repository.Objects;

namespace Surety.Repository.Prune;

/// <summary>
/// Very many object ids, added by several threads at once. In parts, by the beginning of the id: threads rarely want the
/// same one, and a part that grows copies little.
/// </summary>
internal sealed class ObjectIdSet
{
    private const int Parts = 64;

    private readonly HashSet<ObjectId>[] parts = [.. Enumerable.Range(0, Parts).Select(_ => new HashSet<ObjectId>())];

    public long Count => parts.Sum(part => (long)part.Count);

    public void Add(ObjectId id)
    {
        var part = PartOf(id);
        lock (part)
        {
            part.Add(id);
        }
    }

    /// <summary>Not while others add.</summary>
    public bool Contains(ObjectId id) => PartOf(id).Contains(id);

    private HashSet<ObjectId> PartOf(ObjectId id) => parts[(uint)(id.GetHashCode() >>> 1) % Parts];
}
