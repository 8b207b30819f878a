using Surety.Repository.Storage;

namespace Surety.Server.Alerts;

/// <summary>Of a server alone: a document in its state folder.</summary>
internal sealed class FolderAlertMemory(IBlobStore store) : IAlertMemory
{
    private const string Name = "alerts/book.json";

    public Task<bool> HasTurnAsync(CancellationToken cancellationToken) => Task.FromResult(true);

    public async Task<AlertBook> LoadAsync(CancellationToken cancellationToken)
    {
        var document = await store.ReadAsync(Name, cancellationToken);
        return document is null ? AlertBook.Empty : AlertBook.FromJson(document);
    }

    public Task SaveAsync(AlertBook book, CancellationToken cancellationToken) =>
        store.WriteAsync(Name, book.ToJson(), durable: true, cancellationToken).AsTask();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
