using System.Text;
using System.Xml;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Surety.Repository.Storage;

namespace Surety.Server.Auth.Keys;

/// <summary>
/// The keys that seal the sessions of a server alone, in its state folder, which only its user can read. Whoever can read
/// them can make himself a session: they are worth as much as surety.yaml.
/// </summary>
internal sealed class FolderKeyRing(IBlobStore state, ILogger<FolderKeyRing> log) : IXmlRepository
{
    private const string Folder = "keys/";

    public IReadOnlyCollection<XElement> GetAllElements() => GetAllAsync().GetAwaiter().GetResult();

    public void StoreElement(XElement element, string friendlyName) =>
        state
            .WriteAsync(
                $"{Folder}{friendlyName}.xml",
                Encoding.UTF8.GetBytes(element.ToString()),
                durable: true,
                CancellationToken.None
            )
            .AsTask()
            .GetAwaiter()
            .GetResult();

    private async Task<IReadOnlyCollection<XElement>> GetAllAsync()
    {
        var elements = new List<XElement>();
        await foreach (var blob in state.ListAsync(Folder, CancellationToken.None))
        {
            if (
                await state.ReadAsync(blob.Name, CancellationToken.None) is { } document
                && Parse(blob, document) is { } key
            )
            {
                elements.Add(key);
            }
        }

        return elements;
    }

    /// <summary>Null where it is damaged: the sessions that it sealed end, and nobody is kept from signing in again.</summary>
    private XElement? Parse(BlobInfo blob, byte[] document)
    {
        try
        {
            return XElement.Parse(Encoding.UTF8.GetString(document));
        }
        catch (XmlException e)
        {
            log.KeyDamaged(blob.Name, e.Message);
            return null;
        }
    }
}
