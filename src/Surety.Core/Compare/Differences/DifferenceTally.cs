using System.Runtime.InteropServices;

namespace Surety.Core.Compare.Differences;

/// <summary>
/// Counts a difference, takes two versions of a row with the same key for one changed row, and keeps some keys to show.
/// </summary>
internal sealed class DifferenceTally(RowKey? key) : IDifferenceSink
{
    private const int Samples = 5;

    /// <summary>Keys of a part whose values are remembered, to choose samples from.</summary>
    private const int Candidates = 100_000;

    private readonly Dictionary<UInt128, Keyed> part = [];

    private record struct Keyed(long Before, long After, IReadOnlyList<byte[]>? Values);

    /// <summary>Rows of one side whose key the other side has not.</summary>
    public long Removed { get; private set; }
    public long Added { get; private set; }
    public long Changed { get; private set; }

    public List<IReadOnlyList<byte[]>> RemovedKeys { get; } = [];
    public List<IReadOnlyList<byte[]>> AddedKeys { get; } = [];
    public List<IReadOnlyList<byte[]>> ChangedKeys { get; } = [];

    public void OnlyBefore(ReadOnlySpan<byte> row, UInt128 hash)
    {
        if (key is null)
        {
            Removed++;
        }
        else
        {
            Note(row).Before++;
        }
    }

    public void OnlyAfter(ReadOnlySpan<byte> row, UInt128 hash)
    {
        if (key is null)
        {
            Added++;
        }
        else
        {
            Note(row).After++;
        }
    }

    public void EndPart()
    {
        foreach (var (before, after, values) in part.Values)
        {
            var both = Math.Min(before, after);
            Changed += both;
            Removed += before - both;
            Added += after - both;
            if (values is not null)
            {
                Keep(
                    both > 0 ? ChangedKeys
                        : before > 0 ? RemovedKeys
                        : AddedKeys,
                    values
                );
            }
        }

        part.Clear();
    }

    private ref Keyed Note(ReadOnlySpan<byte> row)
    {
        ref var keyed = ref CollectionsMarshal.GetValueRefOrAddDefault(part, key!.HashOf(row), out var known);
        if (!known && part.Count <= Candidates)
        {
            keyed.Values = key.ValuesOf(row);
        }

        return ref keyed;
    }

    private static void Keep(List<IReadOnlyList<byte[]>> samples, IReadOnlyList<byte[]> values)
    {
        if (samples.Count < Samples)
        {
            samples.Add(values);
        }
    }
}
