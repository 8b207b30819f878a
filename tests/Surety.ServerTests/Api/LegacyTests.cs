namespace Surety.ServerTests.Api;

/// <summary>The four addresses that applications call already; what they do is in <see cref="EndpointStoryTests"/>.</summary>
[Collection(nameof(ApiServer))]
public sealed class LegacyTests(ApiServer server)
{
    [Fact]
    public async Task They_refuse_as_the_others_do()
    {
        var shop = new { database = "shop" };
        await ApiServer.ProblemAsync(
            await server.PostAsync("operator", "/api/backup/create", shop, key: new string('k', 201)),
            400,
            "invalid-argument"
        );
        await ApiServer.ProblemAsync(await server.PostAsync("operator", "/api/backup/create"), 400, "invalid-argument");
        await ApiServer.ProblemAsync(
            await server.PostAsync("stranger", "/api/backup/create", shop),
            403,
            "access-refused"
        );
        await ApiServer.ProblemAsync(
            await server.PostAsync(
                "admin",
                "/api/admin/restore-backup",
                new { database = "shop", backupId = "latest" }
            ),
            409,
            "confirmation-needed"
        );
    }
}
