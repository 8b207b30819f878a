using System.Collections;
using Surety.Repository.Documents;

namespace Surety.Repository.Encryption;

/// <summary>The keys of a repository, and those that cannot be read.</summary>
public sealed class KeyList(IReadOnlyList<KeyDescription> keys, IReadOnlyList<DamagedDocument> damaged)
    : IReadOnlyList<KeyDescription>
{
    public IReadOnlyList<DamagedDocument> Damaged { get; } = damaged;

    public int Count => keys.Count;

    public KeyDescription this[int index] => keys[index];

    public IEnumerator<KeyDescription> GetEnumerator() => keys.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>What may be told of a key.</summary>
/// <param name="Id">32 lower-case hex digits.</param>
/// <param name="Kind">What opens it.</param>
/// <param name="Label">For people, or null.</param>
/// <param name="CreatedAt">When it was added.</param>
/// <param name="IsCurrent">True for the one that opened the repository this time.</param>
public sealed record KeyDescription(string Id, KeyKind Kind, string? Label, DateTimeOffset CreatedAt, bool IsCurrent);
