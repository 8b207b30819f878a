using Surety.Repository.Errors;
using Surety.Repository.Storage;

namespace Surety.Repository.Locks;

/// <summary>
/// Gives a lock back. It never fails: the work under the lock is done or has failed by itself, and a lock that stays
/// behind expires.
/// </summary>
internal static class LockRelease
{
    public static async Task RunAsync(IBlobStore store, LockDocument document)
    {
        try
        {
            await store.DeleteAsync(document.Name, CancellationToken.None);
        }
        catch (SuretyException e) when (e.IsTransient)
        {
            // Nobody can be told now.
        }
        catch (SuretyException)
        {
            // Credentials of an append-only repository may not delete, and nobody should wait for this lock's end.
            await ExpireAsync(store, document.Released());
        }
    }

    private static async Task ExpireAsync(IBlobStore store, LockDocument expired)
    {
        try
        {
            await store.WriteAsync(expired.Name, expired.ToBytes(), durable: true, CancellationToken.None);
        }
        catch (SuretyException)
        {
            // Then it expires by itself.
        }
    }
}
