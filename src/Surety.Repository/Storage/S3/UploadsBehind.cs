using System.Collections.Concurrent;
using Surety.Repository.Errors;
using Surety.Repository.Objects;

namespace Surety.Repository.Storage.S3;

/// <summary>
/// Uploads that go on while their writer goes on: a request takes long, and a worker of a backup writes one blob after
/// another. The first that fails is never forgotten: every later write and every barrier fails with it.
/// </summary>
internal sealed class UploadsBehind(Func<string, ReadOnlyMemory<byte>, CancellationToken, ValueTask> upload, int atOnce)
    : IDisposable
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> underway = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim places = new(atOnce);
    private readonly CancellationTokenSource closing = new();
    private SuretyException? failure;

    /// <summary>Copies the content and returns; waits while <c>atOnce</c> others are on their way.</summary>
    public async ValueTask BeginAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        ThrowIfFailed();
        await places.WaitAsync(cancellationToken);
        try
        {
            var ended = await ClaimAsync(name, cancellationToken);
            var copy = RentedBytes.Rent(content.Length);
            content.CopyTo(copy.Memory);
            _ = Task.Run(() => RunAsync(name, copy, ended), CancellationToken.None);
        }
        catch
        {
            places.Release();
            throw;
        }
    }

    /// <summary>Returns when no blob whose name starts with <paramref name="prefix"/> is on its way any more.</summary>
    public async ValueTask SettleAsync(string prefix, CancellationToken cancellationToken)
    {
        foreach (var (name, ended) in underway)
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal))
            {
                await ended.Task.WaitAsync(cancellationToken);
            }
        }
    }

    /// <summary>Throws what the first failed upload threw.</summary>
    public void ThrowIfFailed()
    {
        if (Volatile.Read(ref failure) is { } first)
        {
            throw new SuretyException(first.Code, first.Message, first.Hint, first)
            {
                Object = first.Object,
                IsTransient = first.IsTransient,
            };
        }
    }

    public void Dispose()
    {
        closing.Cancel();

        // Each ends at once, and gives its bytes back.
        Task.WaitAll([.. underway.Values.Select(ended => ended.Task)]);
        closing.Dispose();
        places.Dispose();
    }

    // Two writes of one name must arrive in their order.
    private async ValueTask<TaskCompletionSource> ClaimAsync(string name, CancellationToken cancellationToken)
    {
        var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        while (underway.GetOrAdd(name, mine) is var other && other != mine)
        {
            await other.Task.WaitAsync(cancellationToken);
        }

        return mine;
    }

    private async Task RunAsync(string name, RentedBytes content, TaskCompletionSource ended)
    {
        try
        {
            using (content)
            {
                await upload(name, content.Memory, closing.Token);
            }
        }
        catch (OperationCanceledException) when (closing.IsCancellationRequested)
        {
            // Closed without a barrier: nobody was promised this blob.
        }
        catch (SuretyException e)
        {
            Interlocked.CompareExchange(ref failure, e, null);
        }
        catch (Exception e)
        {
            var defect = new SuretyException(ErrorCode.Internal, $"{name} could not be written: {e.Message}", null, e);
            Interlocked.CompareExchange(ref failure, defect, null);
        }
        finally
        {
            places.Release();
            Release(name, ended);
        }
    }

    private void Release(string name, TaskCompletionSource ended)
    {
        underway.TryRemove(name, out _);
        ended.SetResult();
    }
}
