using Surety.Core.Progress;
using Surety.Repository.Manifests;

namespace Surety.Core.Compare.Differences;

/// <summary>Goes over the rows of chunks in their order, while the next chunks are read on all cores.</summary>
internal sealed class RowCursor : IAsyncDisposable
{
    private static readonly int Ahead = Math.Clamp(Environment.ProcessorCount, 1, 4);

    private readonly CancellationTokenSource stopping;
    private readonly Func<ChunkEntry, CancellationToken, Task<ChunkRows>> read;
    private readonly Queue<ChunkEntry> waiting;
    private readonly Queue<Task<ChunkRows>> underway = new();
    private ChunkRows? current;
    private int position;

    public RowCursor(
        TableRows table,
        IEnumerable<ChunkEntry> chunks,
        HashRange part,
        RowKey? key,
        OperationProgress progress,
        CancellationToken cancellationToken
    )
    {
        stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        waiting = new Queue<ChunkEntry>(chunks);
        read = async (chunk, token) =>
        {
            var rows = await ChunkRows.ReadAsync(table, chunk, part, key, token);
            progress.Add(chunk.Rows, chunk.RawBytes);
            return rows;
        };
        ReadAhead();
    }

    /// <summary>True where the cursor stands on a row without going to the next chunk.</summary>
    public bool HasRow => current is not null && position < current.Count;
    public UInt128 Hash => current!.HashAt(position);

    /// <summary>Valid until <see cref="FillAsync"/>.</summary>
    public ReadOnlySpan<byte> Row => current!.RowAt(position);

    public void MoveNext() => position++;

    /// <summary>Goes to the next chunk that has rows, unless it stands on a row; false at the end.</summary>
    public async ValueTask<bool> FillAsync()
    {
        while (!HasRow && underway.TryDequeue(out var next))
        {
            current?.Dispose();
            current = null;
            current = await next;
            position = 0;
            ReadAhead();
        }

        return HasRow;
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        current?.Dispose();
        foreach (var unused in underway)
        {
            // A failure of what nobody waits for any more is no news: the one that matters was thrown.
            await unused.ContinueWith(
                static done =>
                {
                    if (done.IsCompletedSuccessfully)
                    {
                        done.Result.Dispose();
                    }
                },
                TaskScheduler.Default
            );
        }

        stopping.Dispose();
    }

    private void ReadAhead()
    {
        while (underway.Count < Ahead && waiting.TryDequeue(out var chunk))
        {
            underway.Enqueue(Task.Run(() => read(chunk, stopping.Token), CancellationToken.None));
        }
    }
}
