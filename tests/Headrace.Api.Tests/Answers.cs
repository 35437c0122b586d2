using System.Net;
using System.Text;
using System.Text.Json;

namespace Headrace.Api.Tests;

/// <summary>Requests and their JSON answers.</summary>
internal static class Answers
{
    public static async Task<JsonElement> GetJsonAsync(this HttpClient client, string path, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var response = await client.GetAsync(path, TestContext.Current.CancellationToken);
        return await JsonOfAsync(response, expected);
    }

    public static async Task<JsonElement> PostJsonAsync(this HttpClient client, string path, string json,
        HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await client.PostAsync(path, content, TestContext.Current.CancellationToken);
        return await JsonOfAsync(response, expected);
    }

    public static async Task<JsonElement> JsonOfAsync(HttpResponseMessage response, HttpStatusCode expected)
    {
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.StatusCode == expected, $"{(int)response.StatusCode} instead of {(int)expected}: {text}");
        if ((int)expected >= 400)
        {
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
            var problem = JsonDocument.Parse(text).RootElement;
            Assert.Equal((int)expected, problem.GetProperty("status").GetInt32());
            Assert.NotEqual("", problem.GetProperty("title").GetString());
            return problem;
        }

        return JsonDocument.Parse(text).RootElement;
    }

    public static string Text(this JsonElement element, string property) => element.GetProperty(property).GetString() ?? "";

    public static int Number(this JsonElement element, string property) => element.GetProperty(property).GetInt32();
}
